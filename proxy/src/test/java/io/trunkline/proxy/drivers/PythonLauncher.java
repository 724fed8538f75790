package io.trunkline.proxy.drivers;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Starts a Python script with whichever interpreter has the modules; Debian's packages serve
/// `/usr/bin/python3` even where another one comes first on the PATH.
///
/// @param script below [Launcher#SOURCES]
/// @param modules what it imports
/// @param programs what it runs
/// @param packages the Debian packages that bring all this
record PythonLauncher(String script, List<String> modules, List<String> programs, String packages)
    implements Launcher {

  @Override
  public Optional<String> missing() {
    boolean complete = interpreter().isPresent() && programs.stream().allMatch(Shell::has);
    return complete ? Optional.empty() : Optional.of("apt-get install " + packages);
  }

  @Override
  public List<String> command() {
    return List.of(interpreter().orElse("python3"), SOURCES.resolve(script).toString());
  }

  private Optional<String> interpreter() {
    String imports = "import sys" + String.join("", modules.stream().map(m -> ", " + m).toList());
    return Stream.of("python3", "/usr/bin/python3")
        .filter(python -> Shell.output(List.of(python, "-c", imports), Map.of()).isPresent())
        .findFirst();
  }
}
