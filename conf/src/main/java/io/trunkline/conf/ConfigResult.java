package io.trunkline.conf;

import java.util.List;

/// What reading the configuration gave.
public sealed interface ConfigResult {

  /// The file is fine.
  record Ok(ProxyConfig config) implements ConfigResult {}

  /// The file is refused: every mistake, by line; never empty.
  record Bad(List<ConfigProblem> problems) implements ConfigResult {
    public Bad {
      problems = List.copyOf(problems);
    }
  }
}
