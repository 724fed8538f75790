package io.trunkline.bench.demo;

import io.trunkline.embedded.EmbeddedCluster;
import io.trunkline.embedded.Ports;
import io.trunkline.protocol.NanoTime;
import io.trunkline.settings.DurationText;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
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
public final class Demo implements Callable<Integer> {
  @Option(
      names = "--port",
      defaultValue = "5000",
      paramLabel = "PORT",
      description = "Port for writes; reads get the next one. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "End after this time, such as 60s; the status tells if clients got answers.")
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
      names = "--rejoin-after",
      paramLabel = "TIME",
      description = "Take members that are down back as standbys at this time.")
  private @Nullable Duration rejoinAfter;

  private Demo() {}

  public static void main(String[] arguments) {
    System.setProperty("logback.configurationFile", "demo-logback.xml"); // before any logger
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
    Ending ending = Ending.onSignal();
    try {
      return run(ending, System.out);
    } catch (IllegalStateException | IOException e) {
      if (ending.isWanted()) {
        return 0; // servers that were being started have seen Ctrl-C, too
      }
      System.err.println("trunkline demo: " + e.getMessage());
      return 1;
    } finally {
      ending.cleanedUp();
    }
  }

  private int run(Ending ending, PrintStream out)
      throws IOException, SQLException, InterruptedException {
    DemoPorts ports = DemoPorts.choose(port, Ports::isFree);
    Story story = new Story(InstantSource.system());
    out.println("Starting three PostgreSQL servers: one primary, two standbys ...");
    try (EmbeddedCluster cluster = DemoCluster.create();
        DemoProxy proxy = DemoProxy.start(ports, DemoCluster.addresses(cluster));
        DemoClients clients = DemoClients.start(ports, NanoTime.SYSTEM);
        Supervisor supervisor = new Supervisor(cluster, story, clients::mark)) {
      Timetable timetable = timetable(supervisor, ending);
      var cast = new Stage.Cast(ports, proxy, clients, supervisor, story, timetable);
      Stage stage = new Stage(cast, ending, NanoTime.SYSTEM);
      try (Display display = display(out, ports, story)) {
        stage.play(display);
      }
      Picture.summary(stage.look()).forEach(out::println);
      return stage.isHealthy() ? 0 : 1;
    }
  }

  private Timetable timetable(Supervisor supervisor, Ending ending) {
    Timetable timetable = new Timetable();
    at(timetable, killAfter, supervisor::killPrimary);
    at(timetable, switchAfter, supervisor::switchOver);
    at(timetable, rejoinAfter, supervisor::rejoin);
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
