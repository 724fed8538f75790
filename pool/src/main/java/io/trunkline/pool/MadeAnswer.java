package io.trunkline.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.LeakPresenceDetector;
import io.trunkline.protocol.BackendTag;

/// Hot path. The answers made here in the place of a server, to requests it was never sent.
final class MadeAnswer {
  private static final ByteBuf PARSE_COMPLETE =
      LeakPresenceDetector.staticInitializer(() -> constant(BackendTag.PARSE_COMPLETE));
  private static final ByteBuf CLOSE_COMPLETE =
      LeakPresenceDetector.staticInitializer(() -> constant(BackendTag.CLOSE_COMPLETE));

  private MadeAnswer() {}

  private static ByteBuf constant(byte tag) {
    ByteBuf message = Unpooled.directBuffer(5).writeByte(tag).writeInt(4);
    return Unpooled.unreleasableBuffer(message.asReadOnly());
  }

  /// The answer to this, which may be released or not.
  static ByteBuf to(Request request) {
    return switch (request) {
      case PARSE -> PARSE_COMPLETE.duplicate();
      case CLOSE -> CLOSE_COMPLETE.duplicate();
      case QUERY, FUNCTION_CALL, SYNC, BIND, DESCRIBE, EXECUTE, COPY_END ->
          throw new IllegalStateException("cannot make an answer to " + request);
    };
  }
}
