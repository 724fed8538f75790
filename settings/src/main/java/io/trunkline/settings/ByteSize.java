package io.trunkline.settings;

import org.jspecify.annotations.Nullable;

/// An amount of bytes, zero or more. Written with a binary unit: `512B`, `64KiB`, `16MiB`, `1GiB`,
/// `1TiB`. Zero needs no unit.
public record ByteSize(long bytes) implements Comparable<ByteSize> {
  public static final ByteSize ZERO = new ByteSize(0);

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("negative size: " + bytes);
    }
  }

  /// Reads what `toString` writes; null when the text is no size or is too large for a long.
  static @Nullable ByteSize parse(String text) {
    Amount amount = Amount.parse(text);
    if (amount == null) {
      return null;
    }
    long unit =
        switch (amount.unit()) {
          case "B" -> 1L;
          case "KiB" -> 1L << 10;
          case "MiB" -> 1L << 20;
          case "GiB" -> 1L << 30;
          case "TiB" -> 1L << 40;
          default -> amount.isBareZero() ? 1L : 0L;
        };
    if (unit == 0 || amount.number() > Long.MAX_VALUE / unit) {
      return null;
    }
    return new ByteSize(amount.number() * unit);
  }

  @Override
  public int compareTo(ByteSize other) {
    return Long.compare(bytes, other.bytes);
  }

  /// The size in the largest unit that gives a whole number.
  @Override
  public String toString() {
    if (bytes == 0) {
      return "0";
    }
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    int unit = Math.min(Long.numberOfTrailingZeros(bytes) / 10, units.length - 1);
    return (bytes >>> (10 * unit)) + units[unit];
  }
}
