package io.trunkline.proxy;

import io.trunkline.conf.ConfigFile;
import io.trunkline.conf.ConfigResult;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Parameters;

/// The command line of the proxy.
@Command(
    name = "trunkline",
    description = "Routes and pools connections to PostgreSQL clusters.",
    versionProvider = Main.Version.class,
    mixinStandardHelpOptions = true)
public final class Main {
  private Main() {}

  /// Runs one command and ends with its exit status: 0 done, 1 refused, 2 wrong usage.
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  @Command(name = "check", description = "Says whether a configuration is right.")
  int check(@Parameters(paramLabel = "FILE") Path file) {
    return switch (ConfigFile.read(file)) {
      case ConfigResult.Ok _ -> {
        System.out.println(file + " is right");
        yield 0;
      }
      case ConfigResult.Bad bad -> {
        bad.problems().forEach(System.err::println);
        yield 1;
      }
    };
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      @Nullable String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"trunkline " + (version == null ? "(not packaged)" : version)};
    }
  }
}
