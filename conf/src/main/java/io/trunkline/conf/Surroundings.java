package io.trunkline.conf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a configuration file may refer to outside itself: the environment and other files. May
/// block: never on an event loop.
public interface Surroundings {

  /// No directory of configuration has more.
  int FILES_MAX = 10_000;

  /// The value of an environment variable, or null when it is not set.
  @Nullable String environment(String name);

  /// The first bytes of a file, at most so many.
  byte[] read(Path file, int atMost) throws IOException;

  /// Whether there is such a file.
  default boolean exists(Path file) {
    return Files.exists(file);
  }

  /// The files of a directory, by name.
  default List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.limit(FILES_MAX).filter(Files::isRegularFile).sorted().toList();
    }
  }

  /// Those of this process.
  static Surroundings ofProcess() {
    return new Surroundings() {
      @Override
      public @Nullable String environment(String name) {
        return System.getenv(name);
      }

      @Override
      public byte[] read(Path file, int atMost) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
          return in.readNBytes(atMost);
        }
      }
    };
  }
}
