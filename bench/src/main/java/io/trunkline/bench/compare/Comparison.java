package io.trunkline.bench.compare;

import io.trunkline.bench.load.GeneratorProcess;
import io.trunkline.bench.load.LoadOrder;
import io.trunkline.bench.load.LoadResult;
import io.trunkline.bench.load.Work;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Runs scenarios: all contestants of a setup at the same time, under load one after the other,
/// round by round, each round beginning with another.
final class Comparison {
  /// Who takes part.
  ///
  /// @param peers with their programs
  record Field(Map<Peer, Path> peers, Processors processors) {}

  /// How long and how often.
  ///
  /// @param warmUp before each measurement
  /// @param slice of the long warm-up after the start
  record Pace(int rounds, Duration warmUp, Duration measured, Duration slice) {}

  private static final int SLICES_MIN = 3;
  private static final int SLICES_MAX = 12;

  /// What costs more than this part of what it has cost before gets no cheaper any more.
  private static final double STEADY = 0.97;

  /// How much longer than an outage is measured: some come back late.
  private static final int OUTAGES = 10;

  private static final Duration MOMENT = Duration.ofMillis(1);

  private final Stage stage;
  private final Field field;
  private final Pace pace;
  private final Optional<SyscallCount> syscalls;
  private final PrintStream progress;
  private final Results results = new Results();

  Comparison(
      Stage stage, Field field, Pace pace, Optional<SyscallCount> syscalls, PrintStream progress) {
    this.stage = stage;
    this.field = field;
    this.pace = pace;
    this.syscalls = syscalls;
    this.progress = progress;
  }

  Results run(List<Scenario> scenarios) throws IOException, InterruptedException {
    Map<Setup, List<Scenario>> bySetup = new LinkedHashMap<>();
    for (Scenario scenario : scenarios) {
      bySetup.computeIfAbsent(scenario.setup(), _ -> new ArrayList<>()).add(scenario);
    }
    try (KernelJob job = new KernelJob()) {
      for (Map.Entry<Setup, List<Scenario>> entry : bySetup.entrySet()) {
        run(entry.getKey(), entry.getValue(), job);
      }
    }
    return results;
  }

  private void run(Setup setup, List<Scenario> scenarios, KernelJob job)
      throws IOException, InterruptedException {
    progress.println(setup);
    field.processors().stepAside(setup.loops());
    List<Contestant> contestants = new ArrayList<>();
    try {
      for (Map.Entry<Peer, Path> peer : field.peers().entrySet()) {
        start(peer.getKey(), peer.getValue(), setup).ifPresent(contestants::add);
      }
      for (Contestant contestant : contestants) {
        warmUp(contestant, scenarios);
      }
      for (Scenario scenario : scenarios) {
        run(scenario, contestants, job);
      }
    } finally {
      contestants.forEach(Contestant::close);
    }
  }

  /// Starts one, if it can do what is asked; else remarks why it is not there.
  private Optional<Contestant> start(Peer peer, Path program, Setup setup)
      throws IOException, InterruptedException {
    if (!peer.can(setup, Work.SIMPLE)) {
      results.remark("%s has no part in: %s".formatted(peer.name(), setup));
      return Optional.empty();
    }
    Contestant started = null;
    try {
      started = Contestant.start(peer, program, stage.site(setup), field.processors());
      stage.greet(started);
      return Optional.of(started);
    } catch (IOException failure) {
      String words = started == null ? "" : "; it said: " + started.lastWords();
      results.remark(
          "%s is left out of: %s: %s%s".formatted(peer.name(), setup, failure.getMessage(), words));
      if (started != null) {
        started.close();
      }
      return Optional.empty();
    }
  }

  /// Lets a proxy do everything it will be asked for until that gets no cheaper: some have code to
  /// compile first.
  private void warmUp(Contestant contestant, List<Scenario> scenarios) {
    List<Work> works = scenarios.stream().map(Scenario::work).distinct().toList();
    for (Work work : works) {
      if (contestant.peer().can(contestant.site().setup(), work)) {
        try {
          warmUp(contestant, work);
        } catch (IOException expected) { // the measurement will fail as well, and be remarked
          progress.println("  " + contestant.peer().name() + ": " + expected.getMessage());
        }
      }
    }
  }

  private void warmUp(Contestant contestant, Work work) throws IOException {
    int clients = work.units() > 1 ? 1 : 32;
    Site site = contestant.site();
    var order =
        new LoadOrder(
            site.port(),
            Site.LOGIN,
            site.isTls(),
            work,
            clients,
            1,
            0,
            0,
            false,
            MOMENT,
            pace.slice());
    double before = 0;
    for (int slice = 0; slice < SLICES_MAX; slice++) {
      var use = new Use(contestant, () -> {});
      LoadResult load = stage.load(order, contestant, use);
      double cost = (double) use.result().totalMicros() / Math.max(1, load.units());
      if (slice >= SLICES_MIN && cost > before * STEADY) {
        break;
      }
      before = slice == 0 ? cost : Math.min(cost, before);
    }
  }

  private void run(Scenario scenario, List<Contestant> contestants, KernelJob job)
      throws IOException, InterruptedException {
    List<Contestant> present = new ArrayList<>();
    for (Contestant contestant : contestants) {
      if (contestant.peer().can(scenario.setup(), scenario.work())) {
        present.add(contestant);
      } else {
        results.remark("%s cannot do %s".formatted(contestant.peer().name(), scenario.name()));
      }
    }
    for (int round = 0; round < pace.rounds(); round++) {
      List<Contestant> order = new ArrayList<>(present);
      Collections.rotate(order, round);
      for (Contestant contestant : order) {
        try {
          Sample sample = measure(scenario, contestant, job);
          results.add(scenario, contestant.peer().name(), sample);
          progress.printf(
              "  %-20s %d %-12s %8.1f us/%s %9.0f/s%n",
              scenario.name(),
              round + 1,
              contestant.peer().name(),
              sample.microsPerUnit(),
              scenario.work().unit(),
              sample.unitsPerSecond());
        } catch (IOException failure) {
          results.remark(
              "%s failed in %s: %s"
                  .formatted(contestant.peer().name(), scenario.name(), failure.getMessage()));
          present.remove(contestant);
        }
      }
    }
    for (Contestant contestant : present) {
      countSyscalls(scenario, contestant);
    }
  }

  private Sample measure(Scenario scenario, Contestant contestant, KernelJob job)
      throws IOException {
    double kernelMicros = job.run();
    var use = new Use(contestant, () -> beginOutage(scenario));
    Duration measured =
        scenario.hasOutage() ? scenario.extras().outage().multipliedBy(OUTAGES) : pace.measured();
    LoadOrder order = Stage.order(scenario, contestant.site(), pace.warmUp(), measured);
    LoadResult load = stage.load(order, contestant, use);
    if (load.units() == 0) {
      throw new IOException("nothing was done in the measured time");
    }
    return new Sample(load, use.result(), kernelMicros);
  }

  private void beginOutage(Scenario scenario) throws IOException {
    if (scenario.hasOutage()) {
      stage.outage(scenario.extras().outage());
    }
  }

  private void countSyscalls(Scenario scenario, Contestant contestant)
      throws IOException, InterruptedException {
    if (syscalls.isEmpty()
        || scenario.extras().idle() > 0
        || scenario.hasOutage()
        || scenario.work().units() > 1) {
      return;
    }
    SyscallCount.Watch watch = syscalls.get().watch(contestant.pid());
    try {
      Duration brief = pace.measured().dividedBy(2);
      LoadOrder order = Stage.order(scenario, contestant.site(), MOMENT, brief);
      LoadResult load = stage.load(order, contestant, GeneratorProcess.NOBODY);
      long calls = watch.end();
      if (calls > 0 && load.units() > 0) {
        results.addSyscalls(scenario, contestant.peer().name(), (double) calls / load.units());
      }
    } catch (IOException failure) {
      watch.end();
      results.remark("no system calls were counted: " + failure.getMessage());
    }
  }

  /// What a contestant uses in the measured time.
  private static final class Use implements GeneratorProcess.Watcher {
    private final Contestant contestant;
    private final Beginning beginning;
    private @Nullable ProcessUse before;
    private @Nullable ProcessUse result;

    /// What is done when it begins.
    interface Beginning {
      void run() throws IOException;
    }

    Use(Contestant contestant, Beginning beginning) {
      this.contestant = contestant;
      this.beginning = beginning;
    }

    @Override
    public void onBegun() throws IOException {
      before = contestant.use();
      beginning.run();
    }

    @Override
    public void onEnded() throws IOException {
      result = contestant.use().since(Objects.requireNonNull(before));
    }

    ProcessUse result() {
      return Objects.requireNonNull(result);
    }
  }
}
