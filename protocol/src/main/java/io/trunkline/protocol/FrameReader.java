package io.trunkline.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/// Cuts the bytes of a control conversation (login, console, a question of our own) into complete
/// messages. Relayed traffic never comes here: it is scanned in place, and not stored.
///
/// Keeps at most one unfinished message, which grows with the bytes that have come, not with the
/// length that was promised, and is bounded by the [FrameBound] of the phase. The bound is given
/// with each call, because each message may move the conversation into another phase. Between two
/// messages nothing is kept: what the last one left unread in `in` belongs to whatever reads next.
///
/// Needs no release: the store is garbage collected heap.
@EventLoopConfined
public final class FrameReader {
  private static final int HEADER_BYTES = 5;
  private static final int STORE_BYTES = 256;

  /// The unfinished message, from its tag on; null between two messages.
  private @Nullable ByteBuf unfinished;

  /// One message. The body is borrowed: it is valid until the next `read` or until `in` is
  /// released.
  public record Frame(byte tag, ByteBuf body) {}

  /// Takes the next complete message from `in`; takes all of `in` and returns null when it ends
  /// before the message does.
  ///
  /// @throws ProtocolViolation for a length that is not legal within the bound
  public @Nullable Frame read(ByteBuf in, FrameBound bound) {
    return unfinished == null ? readWhole(in, bound) : readOn(unfinished, in, bound);
  }

  private @Nullable Frame readWhole(ByteBuf in, FrameBound bound) {
    if (in.readableBytes() >= HEADER_BYTES) {
      int frameBytes = frameBytes(in, bound);
      if (in.readableBytes() >= frameBytes) {
        return frame(in.readSlice(frameBytes));
      }
    }
    if (in.isReadable()) {
      unfinished = Unpooled.buffer(STORE_BYTES).writeBytes(in);
    }
    return null;
  }

  private @Nullable Frame readOn(ByteBuf store, ByteBuf in, FrameBound bound) {
    if (!fill(store, in, HEADER_BYTES) || !fill(store, in, frameBytes(store, bound))) {
      return null;
    }
    unfinished = null;
    return frame(store);
  }

  private static boolean fill(ByteBuf store, ByteBuf in, int wanted) {
    int missing = Math.max(0, wanted - store.readableBytes());
    store.writeBytes(in, Math.min(missing, in.readableBytes()));
    return store.readableBytes() >= wanted;
  }

  private static int frameBytes(ByteBuf frame, FrameBound bound) {
    int start = frame.readerIndex();
    int length = frame.getInt(start + 1);
    bound.check(frame.getByte(start), length);
    return 1 + length;
  }

  private static Frame frame(ByteBuf whole) {
    return new Frame(whole.readByte(), whole.skipBytes(Integer.BYTES));
  }
}
