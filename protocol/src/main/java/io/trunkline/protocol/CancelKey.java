package io.trunkline.protocol;

/// What BackendKeyData gives and CancelRequest gives back: a process and the proof that one may
/// cancel what it runs. The secret is 4 bytes up to protocol 3.0, 4 to 256 bytes from 3.2 on.
public record CancelKey(int processId, Bytes secret) {
  public static final int SECRET_BYTES_MIN = 4;
  public static final int SECRET_BYTES_MAX = 256;

  public CancelKey {
    if (!isLegalLength(secret.length())) {
      throw new IllegalArgumentException("cancel key of " + secret);
    }
  }

  public static boolean isLegalLength(int secretBytes) {
    return secretBytes >= SECRET_BYTES_MIN && secretBytes <= SECRET_BYTES_MAX;
  }
}
