package io.trunkline.proxy;

import io.trunkline.conf.ConfigProblem;
import io.trunkline.conf.ConfigResult;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.conf.Surroundings;
import io.trunkline.conf.pgbouncer.Note;
import io.trunkline.conf.pgbouncer.PgBouncerFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// The command line: `run FILE`, `check FILE`, `convert FILE`, `drain`, `--version`, `--help`. Read
/// by hand, for a library would take a quarter of the time until the first client is served.
public final class Main {
  private static final Set<String> QUIET = Set.of("-q", "--quiet");
  private static final Set<String> VERBOSE = Set.of("-v", "--verbose");
  private static final Set<String> REBOOT = Set.of("-R", "--reboot");
  private static final int DONE = 0;
  private static final int FAILED = 1;

  /// Wrong usage or a wrong configuration.
  private static final int WRONG = 2;

  private static final String USAGE =
      """
      Usage: trunkline run FILE      start the proxy with this configuration
             trunkline check FILE    say whether the configuration is right
             trunkline convert FILE  write the trunkline.yml that does what a pgbouncer.ini does
             trunkline drain --wait --member NAME FILE|URL...
                                     let the transactions at a member end, before it stops
             trunkline --version     what this is
             -q, --quiet             with run: write the log to its file only
             -v, --verbose           with run: log more
             -R, --reboot            with run: follow the process of the pid file, if it lives,
                                     and have it leave with its clients
             trunkline --help        this text
      FILE is a trunkline.yml, or PgBouncer's file if its name ends with .ini.
      """;

  private final PrintStream out;
  private final PrintStream err;

  Main(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  public static void main(String[] arguments) throws InterruptedException {
    System.exit(new Main(System.out, System.err).execute(List.of(arguments)));
  }

  /// Returns the exit status.
  int execute(List<String> arguments) throws InterruptedException {
    if (arguments.isEmpty()) {
      return wrongUsage("which command?");
    }
    String command = arguments.getFirst();
    List<String> rest = arguments.subList(1, arguments.size());
    return switch (command) {
      case "run", "check", "convert" -> withFile(command, rest);
      case "drain" -> new DrainCommand(out, err).execute(rest);
      case "--version", "-V" -> say("trunkline " + Version.text() + "\n");
      case "--help", "-h" -> say(USAGE);
      default -> wrongUsage("no command '" + command + "'");
    };
  }

  private int say(String text) {
    out.print(text);
    return DONE;
  }

  private int wrongUsage(String what) {
    err.println("trunkline: " + what);
    err.print(USAGE);
    return WRONG;
  }

  private int withFile(String command, List<String> arguments) throws InterruptedException {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      return say(USAGE);
    }
    List<String> files =
        arguments.stream()
            .filter(word -> Stream.of(QUIET, VERBOSE, REBOOT).noneMatch(set -> set.contains(word)))
            .toList();
    if (files.isEmpty()) {
      return wrongUsage(command + " needs a FILE");
    }
    if (files.size() > 1) {
      return wrongUsage(command + " takes one FILE, and there is '" + files.get(1) + "' too");
    }
    if (arguments.stream().anyMatch(QUIET::contains)) {
      Logging.beQuiet();
    }
    if (arguments.stream().anyMatch(VERBOSE::contains)) {
      Logging.beVerbose();
    }
    Path file;
    try {
      file = Path.of(files.getFirst());
    } catch (InvalidPathException e) {
      err.println("trunkline: no file can be named so: " + e.getMessage());
      return WRONG;
    }
    return switch (command) {
      case "run" -> run(file, succession(arguments));
      case "check" -> check(file);
      default -> convert(file);
    };
  }

  private int check(Path file) {
    return switch (ConfigSource.of(file).read()) {
      case ConfigSource.Reading(ConfigResult.Ok _, var notes, _) -> {
        notes.forEach(note -> out.println(note));
        yield say(file + ": no mistakes\n");
      }
      case ConfigSource.Reading(ConfigResult.Bad(var problems), _, _) -> wrong(problems);
    };
  }

  private int convert(Path file) {
    if (!PgBouncerFile.isMeant(file)) {
      return wrongUsage("convert takes a pgbouncer.ini, whose name ends with .ini");
    }
    return switch (new PgBouncerFile(Surroundings.ofProcess()).convert(file)) {
      case PgBouncerFile.Conversion.Ok(String yaml, List<Note> notes) -> {
        notes.stream().filter(note -> note.weight() == Note.Weight.LOST).forEach(err::println);
        yield say(yaml);
      }
      case PgBouncerFile.Conversion.Bad(var problems) -> wrong(problems);
    };
  }

  /// Tells what is wrong, line by line.
  private int wrong(List<ConfigProblem> problems) {
    problems.forEach(err::println);
    return WRONG;
  }

  /// Whom to follow, as the configuration says.
  private static Function<ProxyConfig, Predecessor> succession(List<String> arguments) {
    return arguments.stream().anyMatch(REBOOT::contains)
        ? config -> Predecessor.namedBy(config.runtime().pidFile())
        : _ -> Predecessor.none();
  }

  private int run(Path file, Function<ProxyConfig, Predecessor> succession)
      throws InterruptedException {
    ConfigSource.Reading reading = ConfigSource.of(file).read();
    return switch (reading.result()) {
      case ConfigResult.Ok(ProxyConfig config) -> run(file, config, reading, succession);
      case ConfigResult.Bad(var problems) -> wrong(problems);
    };
  }

  /// Makes the file that a launcher waits for which has begun this in the background.
  private static void tellLauncher() {
    String file = System.getProperty("trunkline.up", "");
    if (!file.isEmpty()) {
      try {
        Files.createFile(Path.of(file));
      } catch (IOException | InvalidPathException e) {
        LoggerFactory.getLogger(Main.class).warn("cannot make {}: {}", file, e.getMessage());
      }
    }
  }

  /// Written at once, or when this process serves if another one does now.
  private static @Nullable PidFile pidFile(ProxyConfig config, Predecessor predecessor) {
    Path path = config.runtime().pidFile();
    if (path == null) {
      return null;
    }
    return predecessor.isThere() ? new PidFile(path) : PidFile.write(path);
  }

  private static ProxyServer start(
      Path file, ProxyConfig config, ConfigSource.Reading reading, Predecessor predecessor) {
    reading.notes().stream()
        .filter(note -> note.weight() == Note.Weight.LOST)
        .forEach(note -> LoggerFactory.getLogger(Main.class).warn("{}", note));
    return ProxyServer.start(config, reading, ConfigSource.of(file)::read, predecessor);
  }

  /// Runs until it is told to stop.
  private static int run(
      Path file,
      ProxyConfig config,
      ConfigSource.Reading reading,
      Function<ProxyConfig, Predecessor> succession)
      throws InterruptedException {
    QuitSignal.takeIfAsked();
    Logging.apply(config.log()); // before anything can fail
    try {
      Predecessor predecessor = succession.apply(config);
      try (ServiceManager manager = ServiceManager.of(System.getenv());
          PidFile pidFile = pidFile(config, predecessor);
          ProxyServer server = start(file, config, reading, predecessor)) {
        heedSignals(manager, server);
        if (pidFile != null && predecessor.isThere()) {
          pidFile.replace();
        }
        predecessor.dismiss();
        manager.ready();
        tellLauncher();
        LoggerFactory.getLogger(Main.class)
            .info("process up: Trunkline {}, Java {}", Version.text(), Runtime.version());
        server.awaitStop();
        manager.stopping();
        return DONE;
      }
    } catch (IllegalStateException failure) {
      LoggerFactory.getLogger(Main.class).error("cannot start: {}", failure.getMessage());
      return FAILED;
    }
  }

  private static void heedSignals(ServiceManager manager, ProxyServer server) {
    Signals.on(
        "HUP",
        () -> {
          manager.reloading();
          server.reload();
          manager.ready();
        });
    Signals.on(
        "TERM",
        () -> {
          manager.stopping();
          server.terminate();
        });
    Signals.on(
        "INT",
        () -> {
          manager.stopping();
          server.drain();
        });
    Signals.on("USR1", server::pause);
    Signals.on("USR2", server::resume);
    Thread stop = Thread.ofPlatform().name("stop").unstarted(server::close);
    Runtime.getRuntime().addShutdownHook(stop);
  }
}
