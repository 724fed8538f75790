package io.trunkline.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// The file that has the process id while the process runs.
record PidFile(Path path) implements AutoCloseable {

  /// Writes it; one that a process has left that is gone is replaced. Blocking.
  ///
  /// @throws IllegalStateException when that process lives, or the file cannot be written
  static PidFile write(Path path) {
    try {
      refuseIfAlive(path);
      Files.writeString(path, ProcessHandle.current().pid() + "\n");
      return new PidFile(path);
    } catch (IOException e) {
      throw new IllegalStateException("cannot write the pid file " + path, e);
    }
  }

  private static void refuseIfAlive(Path path) throws IOException {
    try {
      long pid = Long.parseLong(Files.readString(path).strip());
      boolean other = pid != ProcessHandle.current().pid();
      if (other && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)) {
        throw new IllegalStateException(
            "the pid file %s names a process that runs: %d".formatted(path, pid));
      }
    } catch (NoSuchFileException | NumberFormatException nobody) {
      return; // nobody's
    }
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException expected) {
      return; // the next to start will see that nobody has this id
    }
  }
}
