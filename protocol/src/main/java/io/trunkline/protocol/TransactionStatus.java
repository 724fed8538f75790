package io.trunkline.protocol;

/// The status byte of ReadyForQuery.
public enum TransactionStatus {
  IDLE('I'),
  IN_TRANSACTION('T'),
  FAILED('E');

  private final byte wire;

  TransactionStatus(char wire) {
    this.wire = (byte) wire;
  }

  public byte wire() {
    return wire;
  }

  public static TransactionStatus of(byte wire) {
    return switch (wire) {
      case 'I' -> IDLE;
      case 'T' -> IN_TRANSACTION;
      case 'E' -> FAILED;
      default -> throw new ProtocolViolation("transaction status 0x%02x".formatted(wire));
    };
  }
}
