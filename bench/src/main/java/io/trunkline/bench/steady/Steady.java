package io.trunkline.bench.steady;

import io.trunkline.bench.compare.Contestant;
import io.trunkline.bench.compare.ProcessUse;
import io.trunkline.bench.compare.Processors;
import io.trunkline.bench.compare.Programs;
import io.trunkline.bench.compare.Setup;
import io.trunkline.bench.compare.Site;
import io.trunkline.bench.compare.Stage;
import io.trunkline.bench.compare.Trunkline;
import io.trunkline.bench.load.GeneratorProcess;
import io.trunkline.bench.load.LoadOrder;
import io.trunkline.bench.load.LoadResult;
import io.trunkline.bench.load.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `./trunkline bench steady`: the proxy as `./trunkline run` starts it, with the flight recorder,
/// before the null server and under a load that does not change.
///
/// Nothing of it asks for a quiet machine but the gaps and the 99th percentile.
@Command(
    name = "trunkline bench steady",
    description = {
      "Runs Trunkline under a steady load, and tells what it allocates for a query, how often and",
      "how long it pauses, and how much memory it holds. Its own options for the JVM are taken",
      "from TRUNKLINE_JAVA_OPTS, such as -Xmx64m. Needs Linux."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class Steady implements Callable<Integer> {

  @Option(
      names = "--minutes",
      paramLabel = "M",
      defaultValue = "1",
      description = "How long is measured. Default: ${DEFAULT-VALUE}.")
  private double minutes;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      defaultValue = "30",
      description = "Seconds of the same load before that. Default: ${DEFAULT-VALUE}.")
  private double warmUp;

  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "64",
      description = "That work, on a pool of 16. Default: ${DEFAULT-VALUE}.")
  private int clients;

  @Option(
      names = "--idle",
      paramLabel = "N",
      defaultValue = "0",
      description = "Further clients, that only log in. Default: ${DEFAULT-VALUE}.")
  private int idle;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "0",
      description = "Queries a second, of all clients. Default: as many as there can be.")
  private int rate;

  @Option(
      names = "--work",
      paramLabel = "NAME",
      defaultValue = "simple",
      description = "simple, extended, prepared or connect. Default: ${DEFAULT-VALUE}.")
  private Work work;

  @Option(
      names = "--loops",
      paramLabel = "N",
      defaultValue = "1",
      description = "Event loops. Default: ${DEFAULT-VALUE}.")
  private int loops;

  @Option(
      names = "--recording",
      paramLabel = "FILE",
      description = "Keep the flight recording here.")
  private @Nullable Path keep;

  @Option(
      names = "--bare",
      description = {
        "Without the flight recorder, which takes memory itself: nothing is told of garbage",
        "and pauses then."
      })
  private boolean bare;

  @Option(names = "--together", description = "Let the proxy run on all processors.")
  private boolean together;

  @Option(names = "--trunkline", required = true, hidden = true)
  private Path launcher;

  @Spec private CommandSpec spec;

  /// Ends the process with the status of what it did.
  public static void main(String[] arguments) {
    System.exit(command().execute(arguments));
  }

  static CommandLine command() {
    return new CommandLine(new Steady()).setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public Integer call() throws Exception {
    Processors processors = Processors.find(!together && Programs.find("taskset").isPresent());
    processors.stepAside(loops);
    try (Stage stage = Stage.set(false)) {
      spec.commandLine().getOut().println(run(stage, processors).text());
    }
    return 0;
  }

  private Steadiness run(Stage stage, Processors processors)
      throws IOException, InterruptedException {
    Site site = stage.site(new Setup(Setup.Backend.NULL_SERVER, Setup.Door.TRUST, loops));
    FlightRecorder recorder = FlightRecorder.in(site.directory());
    var trunkline = new Trunkline(Trunkline.NAME, "", bare ? List.of() : recorder.options());
    try (Contestant proxy =
        Contestant.start(trunkline, launcher.toAbsolutePath(), site, processors)) {
      stage.greet(proxy);
      LoadOrder order = order(site);
      var watch = new Watch(proxy, InstantSource.system());
      long empty = proxy.use().rssKib();
      LoadResult load = stage.load(order, proxy, watch);
      Flight flight = bare ? null : Flight.read(recording(recorder, proxy), watch.span());
      return new Steadiness(order, load, flight, empty, watch.atEnd().rssKib());
    }
  }

  private Path recording(FlightRecorder recorder, Contestant proxy)
      throws IOException, InterruptedException {
    Path recording = recorder.dump(proxy.pid());
    if (keep != null) {
      Files.copy(recording, keep, StandardCopyOption.REPLACE_EXISTING);
    }
    return recording;
  }

  private LoadOrder order(Site site) {
    return new LoadOrder(
        site.port(),
        Site.LOGIN,
        false,
        work,
        clients,
        1,
        rate,
        idle,
        false,
        Duration.ofMillis((long) (warmUp * 1_000)),
        Duration.ofMillis((long) (minutes * 60_000)));
  }

  /// Notes when the measured time was, and what the proxy had then.
  private static final class Watch implements GeneratorProcess.Watcher {
    private final Contestant proxy;
    private final InstantSource clock;
    private @Nullable Instant begun;
    private @Nullable Instant ended;
    private @Nullable ProcessUse atEnd;

    Watch(Contestant proxy, InstantSource clock) {
      this.proxy = proxy;
      this.clock = clock;
    }

    @Override
    public void onBegun() {
      begun = clock.instant();
    }

    @Override
    public void onEnded() throws IOException {
      ended = clock.instant();
      atEnd = proxy.use();
    }

    Span span() {
      return new Span(Objects.requireNonNull(begun), Objects.requireNonNull(ended));
    }

    ProcessUse atEnd() {
      return Objects.requireNonNull(atEnd);
    }
  }
}
