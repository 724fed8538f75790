package io.trunkline.conf.hba;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Where files are read. May block.
public interface TextFiles {

  /// What reading one gave.
  sealed interface Text {

    /// All of it.
    record Ok(String text) implements Text {}

    /// Why there is none.
    record Bad(Mistake mistake) implements Text {}
  }

  /// A file of bounded length.
  Text read(Path file);

  /// Whether there is such a file.
  boolean exists(Path file);

  /// The files of a directory, by name.
  List<Path> list(Path directory) throws IOException;
}
