package io.trunkline.proxy.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What a process holds of its machine, as Linux counts it (proc(5)).
public record Footprint(long pid) {
  private static final long PAGE_BYTES = 4096;

  /// Memory, heap and all else, that is resident now.
  public long residentBytes() throws IOException {
    String[] pages = Files.readString(Path.of("/proc/" + pid + "/statm")).split(" ", -1);
    return Long.parseLong(pages[1]) * PAGE_BYTES;
  }

  public long openFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      return files.count();
    }
  }
}
