package io.trunkline.proxy;

import io.trunkline.conf.ConfigFile;
import io.trunkline.conf.ConfigResult;
import io.trunkline.conf.ProxyConfig;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// The command line: `run FILE`, `check FILE`, `drain`, `--version`, `--help`. Read by hand, for a
/// library would take a quarter of the time until the first client is served.
public final class Main {
  private static final int DONE = 0;
  private static final int FAILED = 1;

  /// Wrong usage or a wrong configuration.
  private static final int WRONG = 2;

  private static final String USAGE =
      """
      Usage: trunkline run FILE      start the proxy with this configuration
             trunkline check FILE    say whether the configuration is right
             trunkline drain --wait --member NAME FILE|URL...
                                     let the transactions at a member end, before it stops
             trunkline --version     what this is
             trunkline --help        this text
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
      case "run", "check" -> withFile(command, rest);
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
    if (arguments.isEmpty()) {
      return wrongUsage(command + " needs a FILE");
    }
    if (arguments.size() > 1) {
      return wrongUsage(command + " takes one FILE, and there is '" + arguments.get(1) + "' too");
    }
    ProxyConfig config = read(arguments.getFirst());
    if (config == null) {
      return WRONG;
    }
    return command.equals("run") ? run(config) : say(arguments.getFirst() + ": no mistakes\n");
  }

  /// Null after what is wrong has been told, line by line.
  private @Nullable ProxyConfig read(String name) {
    try {
      return switch (ConfigFile.read(Path.of(name))) {
        case ConfigResult.Ok(ProxyConfig config) -> config;
        case ConfigResult.Bad(var problems) -> {
          problems.forEach(err::println);
          yield null;
        }
      };
    } catch (InvalidPathException e) {
      err.println("trunkline: no file can be named so: " + e.getMessage());
      return null;
    }
  }

  /// Runs until it is told to stop.
  private static int run(ProxyConfig config) throws InterruptedException {
    Logging.apply(config.log());
    try (ProxyServer server = ProxyServer.start(config)) {
      Signals.on("HUP", server::reload);
      Signals.on("TERM", server::drain);
      Signals.on("INT", server::drain);
      Thread stop = Thread.ofPlatform().name("stop").unstarted(server::close);
      Runtime.getRuntime().addShutdownHook(stop);
      server.awaitStop();
      return DONE;
    } catch (IllegalStateException failure) {
      LoggerFactory.getLogger(Main.class).error("cannot start: {}", failure.getMessage());
      return FAILED;
    }
  }
}
