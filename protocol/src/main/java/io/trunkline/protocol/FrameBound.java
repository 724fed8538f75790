package io.trunkline.protocol;

/// The longest message a peer may send in one phase of a control conversation, by the length field
/// (which counts itself). Real messages of each phase stay far below.
public enum FrameBound {
  /// From a client that has proved nothing: a password. PostgreSQL: PG_MAX_AUTH_TOKEN_LENGTH.
  CLIENT_PASSWORD(65_535),
  /// From a server during login and from a server asked for a secret.
  SERVER_LOGIN(65_536),
  /// From an administrator on the console: a command, its parameters.
  CONSOLE(1_048_576);

  /// The least length field: the field itself.
  public static final int LENGTH_MIN = 4;

  private final int lengthMax;

  FrameBound(int lengthMax) {
    this.lengthMax = lengthMax;
  }

  public int lengthMax() {
    return lengthMax;
  }

  /// @throws ProtocolViolation when no message of this length is legal in this phase
  void check(byte tag, int length) {
    if (length < LENGTH_MIN || length > lengthMax) {
      throw new ProtocolViolation(
          "message %s of length %d where %d to %d are allowed"
              .formatted(WireReader.quote(tag), length, LENGTH_MIN, lengthMax));
    }
  }
}
