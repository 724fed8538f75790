package io.trunkline.proxy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// The file that has the process id while the process runs.
record PidFile(Path path) implements AutoCloseable {

  /// Writes it; one that a process has left that is gone is replaced. Blocking.
  ///
  /// @throws IllegalStateException when that process lives, or the file cannot be written
  static PidFile write(Path path) {
    PidFile file = new PidFile(path);
    file.othersProcess()
        .ifPresent(other -> {
          throw new IllegalStateException(
              "the pid file %s names a process that runs: %d".formatted(path, other.pid()));
        });
    file.replace();
    return file;
  }

  /// Writes it, whoever is named there. Blocking.
  ///
  /// @throws IllegalStateException when it cannot be written
  void replace() {
    try {
      write(ProcessHandle.current().pid() + "\n");
    } catch (IOException e) {
      throw new IllegalStateException("cannot write the pid file " + path, e);
    }
  }

  private void write(String text) throws IOException {
    try {
      Files.writeString(path, text);
    } catch (AccessDeniedException others) { // left by another user, where we may make our own
      Files.delete(path);
      Files.writeString(path, text);
    }
  }

  /// The process it names, if it lives and is not this one. Blocking.
  ///
  /// @throws IllegalStateException when it cannot be read
  Optional<ProcessHandle> othersProcess() {
    try {
      return named()
          .filter(pid -> pid != ProcessHandle.current().pid())
          .flatMap(ProcessHandle::of)
          .filter(ProcessHandle::isAlive);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read the pid file " + path, e);
    }
  }

  private Optional<Long> named() throws IOException {
    try {
      return Optional.of(Long.valueOf(Files.readString(path).strip()));
    } catch (NoSuchFileException | NumberFormatException nobody) {
      return Optional.empty();
    }
  }

  /// Removes it, if it is not another process's by now.
  @Override
  public void close() {
    try {
      if (named().filter(pid -> pid == ProcessHandle.current().pid()).isPresent()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException expected) {
      return; // the next to start will see that nobody has this id
    }
  }
}
