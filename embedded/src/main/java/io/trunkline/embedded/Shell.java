package io.trunkline.embedded;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Runs the few system programs this module needs, with an environment that says nothing about
/// other PostgreSQL installations.
final class Shell {
  private Shell() {}

  /// A process builder without the caller's `PG…` variables and without its input.
  static ProcessBuilder process(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().put("LC_ALL", "C");
    builder.redirectInput(new File("/dev/null"));
    builder.redirectErrorStream(true);
    return builder;
  }

  /// The command, away from our terminal where the system can do that: there, Ctrl-C reaches every
  /// program, and a server must end when we say so and not before. See setsid(1).
  static List<String> inOwnSession(List<String> command) {
    if (!succeeds(List.of("setsid", "true"))) {
      return command;
    }
    List<String> all = new ArrayList<>(List.of("setsid"));
    all.addAll(command);
    return all;
  }

  /// Runs to the end and returns what was printed.
  ///
  /// @throws IOException when the program cannot be started or fails; says what it printed
  static String run(List<String> command) throws IOException {
    Process process = process(command).start();
    String output;
    try (InputStream out = process.getInputStream()) {
      output = new String(out.readAllBytes(), StandardCharsets.UTF_8);
    }
    int status = Waiting.forExit(process);
    if (status != 0) {
      throw new IOException("%s: exit status %d: %s".formatted(command, status, output.strip()));
    }
    return output;
  }

  static boolean succeeds(List<String> command) {
    try {
      run(command);
      return true;
    } catch (IOException expected) { // the answer, not a failure: the program is missing or said no
      return false;
    }
  }
}
