package io.trunkline.bench.load;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command that runs another main class of this program, on Linux in a session of its own:
/// where the kernel shares the processors between sessions, everybody is to have one.
final class JavaCommand {
  private JavaCommand() {}

  static List<String> of(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    if ("Linux".equals(System.getProperty("os.name"))) {
      command.add("setsid");
    }
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }
}
