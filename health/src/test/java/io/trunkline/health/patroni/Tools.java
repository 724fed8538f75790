package io.trunkline.health.patroni;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/// Programs that a test needs and this machine may lack.
final class Tools {
  private Tools() {}

  /// Skips the test, saying why, where a program is missing; fails it where `CI=true` says that
  /// everything was installed.
  static void require(String... programs) {
    for (String program : programs) {
      if (find(program) == null) {
        String missing = program + " is not installed: see .ci/install-cluster-tools";
        if ("true".equals(System.getenv("CI"))) {
          Assertions.fail(missing);
        }
        Assumptions.abort(missing);
      }
    }
  }

  /// The program's file; null when it is nowhere on the path.
  static Path find(String program) {
    return Arrays.stream(("/:" + System.getenv("PATH")).split(File.pathSeparator))
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }
}
