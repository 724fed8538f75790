package io.trunkline.conf;

import java.nio.file.Path;

/// Reads the texts a configuration in another format is made of. May block: never on an event loop.
public final class ConfigText {
  private static final int BYTES_MAX = 4 * 1024 * 1024;

  /// What reading gave.
  public sealed interface Result {

    /// The whole text.
    record Ok(String text) implements Result {}

    /// Why there is none.
    record Bad(ConfigProblem problem) implements Result {}
  }

  private final Surroundings surroundings;

  public ConfigText(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  public Result read(Path file) {
    try {
      return new Result.Ok(new TextFile(surroundings).read(file, BYTES_MAX));
    } catch (Refused e) {
      return new Result.Bad(e.in(file.toString()));
    }
  }
}
