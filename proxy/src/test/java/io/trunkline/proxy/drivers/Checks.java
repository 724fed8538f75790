package io.trunkline.proxy.drivers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The checks of a trial written in Java: registered by name, run one after the other, each on a
/// thread of its own so that one that hangs is told from one that fails.
final class Checks {
  private static final Duration AT_MOST = Duration.ofSeconds(60);

  /// One check; any exception or assertion error is its failure.
  @FunctionalInterface
  interface Check {
    void run() throws Exception;
  }

  private record Registered(String name, Set<Mode> modes, Check check) {}

  private final Mode mode;
  private final List<Registered> registered = new ArrayList<>();
  private final List<Fact> facts = new ArrayList<>();
  private final Map<Object, Set<Integer>> backends = new LinkedHashMap<>();

  Checks(Mode mode, String version) {
    this.mode = mode;
    facts.add(new Fact.Driver(version));
  }

  /// A check that only reads, and so runs on a standby too.
  Checks reads(String name, Check check) {
    registered.add(new Registered(name, EnumSet.allOf(Mode.class), check));
    return this;
  }

  Checks writes(String name, Check check) {
    registered.add(new Registered(name, EnumSet.of(Mode.SESSION, Mode.TRANSACTION), check));
    return this;
  }

  Checks only(Mode single, String name, Check check) {
    registered.add(new Registered(name, EnumSet.of(single), check));
    return this;
  }

  Mode mode() {
    return mode;
  }

  void note(String key, String value) {
    facts.add(new Fact.Note(key, value));
  }

  /// Notes that a client, any object that stays the same for it, ran on this backend.
  void sawBackend(Object client, int pid) {
    backends.computeIfAbsent(client, c -> new HashSet<>()).add(pid);
  }

  List<Fact> run() throws InterruptedException {
    for (Registered check : registered) {
      if (check.modes().contains(mode)) {
        facts.add(outcome(check));
      }
    }
    backends.values().stream()
        .mapToInt(Set::size)
        .max()
        .ifPresent(servers -> note("servers", Integer.toString(servers)));
    return List.copyOf(facts);
  }

  private static Fact.Outcome outcome(Registered check) throws InterruptedException {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> done =
          thread.submit(() -> {
            check.check().run();
            return null;
          });
      done.get(AT_MOST.toMillis(), TimeUnit.MILLISECONDS);
      return new Fact.Passed(check.name());
    } catch (ExecutionException e) {
      return new Fact.Failed(check.name(), String.valueOf(e.getCause()));
    } catch (TimeoutException expected) {
      return new Fact.Failed(check.name(), "still running after " + AT_MOST);
    } finally {
      thread.shutdownNow();
    }
  }
}
