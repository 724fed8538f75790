package io.trunkline.protocol;

/// A version of the frontend/backend protocol. PostgreSQL docs, "Protocol Versions".
public record ProtocolVersion(int major, int minor) implements Comparable<ProtocolVersion> {
  public static final ProtocolVersion V3_0 = new ProtocolVersion(3, 0);

  /// Since PostgreSQL 18: cancel keys longer than four bytes. (3.1 is reserved and was never used.)
  public static final ProtocolVersion V3_2 = new ProtocolVersion(3, 2);

  public static final ProtocolVersion LATEST = V3_2;

  /// From the Int32 of a StartupMessage or of NegotiateProtocolVersion.
  public static ProtocolVersion of(int wire) {
    return new ProtocolVersion(wire >>> 16, wire & 0xFFFF);
  }

  public int wire() {
    return major << 16 | minor;
  }

  public boolean isSupported() {
    return major == LATEST.major;
  }

  /// The version both sides speak when this one was asked for: when it is lower than what was asked
  /// for, the client has to be told by NegotiateProtocolVersion.
  public ProtocolVersion negotiated() {
    return compareTo(LATEST) > 0 ? LATEST : this;
  }

  public boolean hasLongCancelKeys() {
    return compareTo(V3_2) >= 0;
  }

  @Override
  public int compareTo(ProtocolVersion other) {
    return Integer.compareUnsigned(wire(), other.wire());
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
