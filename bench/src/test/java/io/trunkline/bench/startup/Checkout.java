package io.trunkline.bench.startup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A directory like a checkout that has been built: the launcher as it is, but that it looks for a
/// JDK nowhere but in `places`, and the built proxy. So no test starts a build, nor depends on what
/// the machine has.
final class Checkout {
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
  private static final Path BUILT = REPOSITORY.resolve("proxy/target/trunkline");

  /// What the launcher itself runs.
  private static final List<String> TOOLS =
      List.of("bash", "readlink", "dirname", "basename", "find", "head", "cat", "uname");

  /// What it runs besides to start the proxy in the background, or as somebody else; not
  /// everywhere.
  private static final List<String> MORE_TOOLS =
      List.of("sed", "tail", "mktemp", "sleep", "setsid", "setpriv", "id", "env", "rm");

  private final Path root;
  private final Path home;
  private final Path path;

  /// @param root an empty directory
  Checkout(Path root) throws IOException {
    this.root = root.resolve("checkout");
    this.home = Files.createDirectories(root.resolve("home"));
    this.path = Files.createDirectories(root.resolve("path"));
    Files.createDirectories(places());
    for (String tool : TOOLS) {
      Files.createSymbolicLink(path.resolve(tool), find(tool));
    }
    for (String tool : MORE_TOOLS) {
      Optional<Path> found = look(tool);
      if (found.isPresent()) {
        Files.createSymbolicLink(path.resolve(tool), found.get());
      }
    }
    Path built = Files.createDirectories(this.root.resolve("proxy/target/trunkline"));
    Files.createSymbolicLink(built.resolve("trunkline.jar"), BUILT.resolve("trunkline.jar"));
    Files.createSymbolicLink(built.resolve("lib"), BUILT.resolve("lib"));
    Path stamp = this.root.resolve("bench/target/trunkline/built");
    Files.createDirectories(stamp.getParent());
    Files.createFile(stamp);
    writeLauncher();
  }

  private static Path find(String tool) {
    return look(tool).orElseThrow(() -> new AssertionError("no " + tool + " here"));
  }

  private static Optional<Path> look(String tool) {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(directory -> Path.of(directory, tool))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private void writeLauncher() throws IOException {
    String script = Files.readString(REPOSITORY.resolve("trunkline"));
    String list = "(?s)for place in .*?; do";
    String here = script.replaceFirst(list, "for place in \"" + places() + "\"/*; do");
    if (here.equals(script)) {
      throw new AssertionError("the launcher looks for a JDK in another way than expected");
    }
    Files.writeString(launcher(), here);
    Files.setPosixFilePermissions(launcher(), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  Path launcher() {
    return root.resolve("trunkline");
  }

  /// The cache that the build leaves.
  Path cache() {
    return root.resolve("proxy/target/trunkline/trunkline.aot");
  }

  /// Where the launcher looks for a JDK.
  private Path places() {
    return root.resolve("places");
  }

  /// A JDK that would do; this one.
  void installJdk() throws IOException {
    Files.createSymbolicLink(places().resolve("good"), Path.of(System.getProperty("java.home")));
  }

  /// Something that looks like an older JDK.
  Path installOldJdk() throws IOException {
    Path jdk = places().resolve("old");
    Path bin = Files.createDirectories(jdk.resolve("bin"));
    for (String program : List.of("java", "javac")) {
      Path file = Files.writeString(bin.resolve(program), "#!/bin/sh\nexit 99\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"17.0.15\"\n");
    return jdk;
  }

  /// What a program printed, and how it ended.
  record Result(int status, String out, String err) {}

  Result run(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    return run(launcher(), environment, arguments);
  }

  Result run(Path launcher, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    Path out = root.resolve("out");
    Path err = root.resolve("err");
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(Map.of("PATH", path.toString(), "HOME", home.toString()));
    builder.environment().putAll(environment);
    int status =
        builder
            .directory(home.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    return new Result(status, Files.readString(out), Files.readString(err));
  }
}
