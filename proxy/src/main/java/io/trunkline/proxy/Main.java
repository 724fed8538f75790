package io.trunkline.proxy;

import io.trunkline.conf.ConfigFile;
import io.trunkline.conf.ConfigResult;
import io.trunkline.conf.ProxyConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The command line: `run FILE`, `check FILE`, `--version`, `--help`.
@Command(
    name = "trunkline",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Routes and pools PostgreSQL connections.",
    subcommands = {Main.Run.class, Main.Check.class})
public final class Main {
  private static final Logger log = LoggerFactory.getLogger(Main.class);
  private static final int WRONG_CONFIGURATION = 2;

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  /// Reads the file; says what is wrong with it, line by line.
  private static Optional<ProxyConfig> read(Path file, PrintWriter err) {
    return switch (ConfigFile.read(file)) {
      case ConfigResult.Ok(ProxyConfig config) -> Optional.of(config);
      case ConfigResult.Bad(var problems) -> {
        problems.forEach(err::println);
        err.flush();
        yield Optional.empty();
      }
    };
  }

  /// Runs until it is told to stop.
  @Command(name = "run", description = "Run the proxy.", mixinStandardHelpOptions = true)
  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  static final class Run implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The configuration, trunkline.yml.")
    private Path file;

    @Override
    public Integer call() throws InterruptedException {
      Optional<ProxyConfig> config = read(file, spec.commandLine().getErr());
      if (config.isEmpty()) {
        return WRONG_CONFIGURATION;
      }
      Logging.apply(config.get().log());
      try (ProxyServer server = ProxyServer.start(config.get())) {
        Signals.on("HUP", server::reload);
        Signals.on("TERM", server::drain);
        Signals.on("INT", server::drain);
        Thread stop = Thread.ofPlatform().name("stop").unstarted(server::close);
        Runtime.getRuntime().addShutdownHook(stop);
        server.awaitStop();
        return 0;
      } catch (IllegalStateException failure) {
        log.error("cannot start: {}", failure.getMessage());
        return 1;
      }
    }
  }

  /// Reads the configuration and says what is wrong with it.
  @Command(name = "check", description = "Check a configuration.", mixinStandardHelpOptions = true)
  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  static final class Check implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The configuration, trunkline.yml.")
    private Path file;

    @Override
    public Integer call() {
      if (read(file, spec.commandLine().getErr()).isEmpty()) {
        return WRONG_CONFIGURATION;
      }
      spec.commandLine().getOut().println(file + ": no mistakes");
      spec.commandLine().getOut().flush();
      return 0;
    }
  }
}
