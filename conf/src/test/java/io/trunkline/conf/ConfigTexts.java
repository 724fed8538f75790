package io.trunkline.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;

/// Reads configuration from texts: what the tests of this package share.
final class ConfigTexts {

  static final Path FILE = Path.of("/etc/trunkline/trunkline.yml");

  /// Valid as it is; five lines.
  static final String MINIMAL =
      """
      listeners:
        - port: 5000
      clusters:
        main: { members: [10.0.0.1] }
      users: { app: { password: app } }
      """;

  private ConfigTexts() {}

  static ConfigResult read(String text, Surroundings surroundings) {
    return new ConfigFile(surroundings).readText(FILE, text);
  }

  static ProxyConfig ok(String text) {
    return ok(text, new FakeSurroundings());
  }

  static ProxyConfig ok(String text, Surroundings surroundings) {
    ConfigResult result = read(text, surroundings);
    assertThat(result).isInstanceOf(ConfigResult.Ok.class);
    return ((ConfigResult.Ok) result).config();
  }

  /// The mistakes as texts, without the name of the file: `12: pool.size: found …`.
  static List<String> mistakes(String text) {
    return mistakes(text, new FakeSurroundings());
  }

  static List<String> mistakes(String text, Surroundings surroundings) {
    return switch (read(text, surroundings)) {
      case ConfigResult.Ok _ -> List.of();
      case ConfigResult.Bad bad ->
          bad.problems().stream()
              .map(ConfigProblem::toString)
              .map(problem -> problem.replace(FILE + ":", ""))
              .toList();
    };
  }
}
