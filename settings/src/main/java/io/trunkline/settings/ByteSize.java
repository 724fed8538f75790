package io.trunkline.settings;

/// An amount of bytes, zero or more. Written with a binary unit: `512B`, `64KiB`, `16MiB`, `1GiB`.
public record ByteSize(long bytes) {
  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("negative size: " + bytes);
    }
  }

  public static ByteSize ofKiB(long kib) {
    return new ByteSize(Math.multiplyExact(kib, 1024L));
  }

  /// The size as a buffer length: at most `Integer.MAX_VALUE`.
  public int asInt() {
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }
}
