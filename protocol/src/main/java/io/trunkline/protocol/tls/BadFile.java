package io.trunkline.protocol.tls;

import java.io.Serial;
import java.nio.file.Path;

/// A file that does not hold what its setting promises. The message names the file and what is
/// wrong with it, never a byte of its content.
final class BadFile extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  BadFile(Path path, String found) {
    super(path + ": " + found);
  }

  /// What was found, for a problem's text.
  String found() {
    return String.valueOf(getMessage());
  }
}
