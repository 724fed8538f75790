package io.trunkline.proxy.drivers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Builds a Go program against the libraries of Debian's `-dev` packages, which are a GOPATH, and
/// starts it.
///
/// @param directory of the program, in the directory `go` of [Launcher#SOURCES]
/// @param library the import path of the driver
/// @param libraryPackage the Debian package that brings it
record GoLauncher(String directory, String library, String libraryPackage) implements Launcher {
  private static final Path GOPATH = Path.of("/usr/share/gocode");

  @Override
  public Optional<String> missing() {
    return Shell.has("go") && Files.isDirectory(GOPATH.resolve("src").resolve(library))
        ? Optional.empty()
        : Optional.of("apt-get install golang-go " + libraryPackage);
  }

  @Override
  public List<String> command() throws IOException {
    Path program = Path.of("target", "drivers", directory).toAbsolutePath();
    Files.createDirectories(program.getParent());
    String version =
        Shell.output(List.of("dpkg-query", "-W", "-f", "${Version}", libraryPackage), Map.of())
            .orElse("of unknown version");
    String source = "./" + SOURCES.resolve("go").resolve(directory);
    List<String> build =
        List.of("go", "build", "-o", program.toString(), "-ldflags", define(version), source);
    Map<String, String> asGoPath =
        Map.of("GO111MODULE", "off", "GOPATH", GOPATH.toString(), "GOFLAGS", "");
    if (Shell.output(build, asGoPath).isEmpty()) {
      throw new IOException("go build " + source + " failed");
    }
    return List.of(program.toString());
  }

  private static String define(String version) {
    return "-X main.driverVersion=" + version;
  }
}
