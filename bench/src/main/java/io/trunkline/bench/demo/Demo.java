package io.trunkline.bench.demo;

import io.trunkline.embedded.EmbeddedCluster;
import io.trunkline.protocol.NanoTime;
import io.trunkline.settings.DurationText;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.logging.LogManager;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `./trunkline demo`: three PostgreSQL servers, the proxy before them and clients that run all the
/// time, so that one can see what they notice when the primary is killed or changed.
@Command(
    name = "trunkline demo",
    description = {
      "Runs three PostgreSQL servers and Trunkline before them, with clients that never stop,",
      "and shows what they notice when the primary is killed or changed.",
      "Nothing is left behind when it ends."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class Demo implements Callable<Integer> {
  /// Reads get the port above.
  private static final int PORT_MAX = 65_534;

  private static final Duration PAUSE_PATIENCE = Duration.ofSeconds(3);

  @Option(
      names = "--port",
      defaultValue = "5000",
      paramLabel = "PORT",
      description = "Port for writes; reads get the next one. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "End after this time, such as 60s; the status tells if all went well.")
  private @Nullable Duration runFor;

  @Option(
      names = "--kill-primary-after",
      paramLabel = "TIME",
      description = "Kill the primary at this time; a standby is promoted.")
  private @Nullable Duration killAfter;

  @Option(
      names = "--switchover-after",
      paramLabel = "TIME",
      description = "Change the primary in good order at this time.")
  private @Nullable Duration switchAfter;

  @Option(
      names = "--away",
      defaultValue = "5s",
      paramLabel = "TIME",
      description =
          "How long a killed member is down before it comes back as a standby."
              + " Default: ${DEFAULT-VALUE}.")
  private Duration away;

  @Spec private CommandSpec spec;

  private Demo() {}

  public static void main(String[] arguments) {
    System.setProperty("logback.configurationFile", "demo-logback.xml"); // before any logger
    LogManager.getLogManager().reset(); // the driver's own warnings would be in the way
    System.exit(
        new CommandLine(new Demo())
            .registerConverter(Duration.class, duration())
            .execute(arguments));
  }

  private static ITypeConverter<Duration> duration() {
    return text -> {
      Duration duration = DurationText.parse(text);
      if (duration == null) {
        throw new TypeConversionException("'" + text + "' is no time: write 500ms, 60s or 5m");
      }
      return duration;
    };
  }

  @Override
  public Integer call() throws IOException, SQLException, InterruptedException {
    check();
    Ending ending = Ending.onSignal();
    try {
      return run(ending, System.out);
    } catch (CancellationException expected) { // told to end before it had begun
      return 0;
    } catch (IllegalStateException | IOException | SQLException e) {
      System.err.println("trunkline demo: " + e.getMessage());
      return 1;
    } finally {
      ending.cleanedUp();
    }
  }

  private void check() {
    if (port < 1 || port > PORT_MAX) {
      throw wrong("--port %d is not between 1 and %d".formatted(port, PORT_MAX));
    }
    checkInTime("--kill-primary-after", killAfter);
    checkInTime("--switchover-after", switchAfter);
  }

  private void checkInTime(String option, @Nullable Duration at) {
    if (runFor != null && at != null && at.compareTo(runFor) >= 0) {
      throw wrong(
          "%s %s is never reached: the demo ends after %s"
              .formatted(option, DurationText.format(at), DurationText.format(runFor)));
    }
  }

  private ParameterException wrong(String text) {
    return new ParameterException(spec.commandLine(), text);
  }

  private int run(Ending ending, PrintStream out)
      throws IOException, SQLException, InterruptedException {
    Story story = new Story(InstantSource.system());
    out.println("Starting three PostgreSQL servers, then Trunkline:");
    Consumer<String> progress =
        step -> {
          ending.check();
          out.println("  " + step + " ...");
        };
    try (EmbeddedCluster cluster = DemoCluster.create(progress);
        DemoProxy proxy = proxy(cluster, progress);
        DemoClients clients = DemoClients.start(proxy.ports(), NanoTime.SYSTEM)) {
      Chronicle chronicle = new Chronicle(clients, NanoTime.SYSTEM);
      var console = new DemoConsole(proxy.ports().writes(), PAUSE_PATIENCE);
      try (var supervisor = new Supervisor(cluster, console, away, story, chronicle::begin)) {
        var cast =
            new Stage.Cast(
                proxy, clients, supervisor, chronicle, story, timetable(supervisor, ending));
        return play(new Stage(cast, ending, NanoTime.SYSTEM), proxy.ports(), story, out);
      }
    }
  }

  private DemoProxy proxy(EmbeddedCluster cluster, Consumer<String> progress) {
    progress.accept("Trunkline");
    return DemoProxy.start(port, DemoCluster.addresses(cluster));
  }

  private static int play(Stage stage, DemoPorts ports, Story story, PrintStream out)
      throws IOException, InterruptedException {
    try (Display display = display(out, ports, story)) {
      stage.play(display);
    }
    Summary.lines(stage.look()).forEach(out::println);
    List<String> problems = stage.problems();
    problems.forEach(problem -> System.err.println("trunkline demo: " + problem));
    return problems.isEmpty() ? 0 : 1;
  }

  private Timetable timetable(Supervisor supervisor, Ending ending) {
    Timetable timetable = new Timetable();
    at(timetable, killAfter, supervisor::killPrimary);
    at(timetable, switchAfter, supervisor::switchOver);
    at(timetable, runFor, ending::want);
    return timetable;
  }

  private static void at(Timetable timetable, @Nullable Duration since, Runnable deed) {
    if (since != null) {
      timetable.at(since, deed);
    }
  }

  private static Display display(PrintStream out, DemoPorts ports, Story story) throws IOException {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()
        ? new TerminalDisplay(out, System.in)
        : new LineDisplay(out, ports, story);
  }
}
