package io.trunkline.proxy;

import java.nio.ByteBuffer;

/// A look into raw bytes a server has sent.
final class Backend {
  private static final int HEADER_BYTES = 5;

  private Backend() {}

  /// Whether ReadyForQuery is among the messages, behind any one-byte answers `N`.
  static boolean hasReadyForQuery(byte[] said) {
    ByteBuffer in = ByteBuffer.wrap(said);
    while (in.remaining() > 0 && in.get(in.position()) == 'N' && isLone(in)) {
      in.get();
    }
    while (in.remaining() >= HEADER_BYTES) {
      char tag = (char) in.get();
      int length = in.getInt();
      if (tag == 'Z') {
        return true;
      }
      in.position(Math.min(in.limit(), in.position() + Math.max(0, length - 4)));
    }
    return false;
  }

  /// An `N` that answers SSLRequest or GSSENCRequest has no length behind it.
  private static boolean isLone(ByteBuffer in) {
    return in.remaining() < HEADER_BYTES || in.get(in.position() + 1) != 0;
  }
}
