package io.trunkline.routing;

/// A position in the write-ahead log, as PostgreSQL's `pg_lsn`: an unsigned count of bytes.
public record Lsn(long position) implements Comparable<Lsn> {
  public static final Lsn ZERO = new Lsn(0);

  @Override
  public int compareTo(Lsn other) {
    return Long.compareUnsigned(position, other.position);
  }

  /// How many bytes this position is ahead of `other`; 0 when it is not.
  public long bytesAheadOf(Lsn other) {
    return compareTo(other) > 0 ? position - other.position : 0;
  }

  @Override
  public String toString() {
    return "%X/%X".formatted(position >>> 32, position & 0xFFFF_FFFFL);
  }
}
