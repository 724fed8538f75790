package io.trunkline.protocol;

import io.netty.buffer.ByteBuf;

/// Hot path. Walks the headers of tagged messages (`Byte1(tag) Int32(length) …`, the length
/// counting itself but not the tag) over bytes as they were received, and reports each frame in
/// place: nothing is copied and nothing is decoded.
///
/// A frame that is all here is reported as a whole. One that is not is left unread until the rest
/// comes, unless it is to be streamed: because its sink said so for its tag, or because it is
/// longer than `inspectBytesMax`. Of a streamed frame the head is reported as soon as
/// `headBytesMin` of it are here, and the rest as it comes, so a message of a gigabyte costs no
/// more memory than one read.
///
/// Source: PostgreSQL docs, "Message Formats". Confined to the event loop of its connection.
@EventLoopConfined
public final class FrameScanner {
  public static final int HEADER_BYTES = 5;

  /// PostgreSQL's own limit (`PQ_LARGE_MESSAGE_LIMIT`, MaxAllocSize - 1), without the tag.
  public static final int LENGTH_MAX = 0x3fff_ffff - 1;

  /// The longest frame there is, tag and all.
  public static final int FRAME_BYTES_MAX = 1 + LENGTH_MAX;

  /// What frames are reported to. Positions are absolute indices of `in`, which the sink borrows.
  public interface Sink {

    /// The header of a frame that is longer than the scan was told to take lies at `start`, and
    /// nothing of the frame was reported. True takes it all the same; false stops the scan with
    /// this frame unread.
    default boolean onTooLong(ByteBuf in, byte tag, int start, int frameBytes) {
      throw new ProtocolViolation(
          "message 0x%02x: %d bytes are too many".formatted(tag, frameBytes));
    }

    /// A frame begins that is not all here; throws if it is not worth waiting for.
    default void onPartial(byte tag, int frameBytes) {}

    /// Whether an incomplete frame of this tag may be streamed rather than waited for.
    boolean streams(byte tag);

    /// A whole frame at `start`. False stops the scan with this frame unread.
    boolean onFrame(ByteBuf in, byte tag, int start, int frameBytes);

    /// The head of a streamed frame: `bytesHere` of its `frameBytes`, at least the header. False
    /// stops the scan with this frame unread.
    boolean onFrameHead(ByteBuf in, byte tag, int start, int bytesHere, int frameBytes);

    /// More of the frame whose head was last reported.
    void onFrameBody(ByteBuf in, int start, int bytes, boolean last);
  }

  private final int inspectBytesMax;
  private final int headBytesMin;

  /// Bytes of the streamed frame that are still to come; 0 between frames.
  private int remaining;

  public FrameScanner(int inspectBytesMax, int headBytesMin) {
    this.inspectBytesMax = inspectBytesMax;
    this.headBytesMin = Math.max(headBytesMin, HEADER_BYTES);
  }

  /// Whether the next byte belongs to a frame whose head was reported earlier.
  public boolean inFrame() {
    return remaining > 0;
  }

  /// Reports what can be reported; moves the reader index past it and leaves the rest unread.
  ///
  /// @return false when the sink stopped the scan
  /// @throws ProtocolViolation at a length no message can have
  public boolean scan(ByteBuf in, Sink sink) {
    return scan(in, FRAME_BYTES_MAX, sink);
  }

  /// The same, asking the sink about every frame longer than `frameBytesMax`.
  public boolean scan(ByteBuf in, int frameBytesMax, Sink sink) {
    if (remaining > 0 && in.isReadable()) {
      continueFrame(in, sink);
    }
    while (in.readableBytes() >= HEADER_BYTES) {
      int start = in.readerIndex();
      byte tag = in.getByte(start);
      int frameBytes = 1 + in.getInt(start + 1);
      if ((frameBytes < HEADER_BYTES || frameBytes > frameBytesMax)
          && !takes(in, tag, start, frameBytes, sink)) {
        return false;
      }
      int here = in.readableBytes();
      if (here >= frameBytes) {
        if (!sink.onFrame(in, tag, start, frameBytes)) {
          return false;
        }
        in.readerIndex(start + frameBytes);
        continue;
      }
      sink.onPartial(tag, frameBytes);
      if (sink.streams(tag) || (frameBytes > inspectBytesMax && here >= headBytesMin)) {
        if (!sink.onFrameHead(in, tag, start, here, frameBytes)) {
          return false;
        }
        remaining = frameBytes - here;
        in.readerIndex(start + here);
      } else {
        return true;
      }
    }
    return true;
  }

  private void continueFrame(ByteBuf in, Sink sink) {
    int start = in.readerIndex();
    int bytes = Math.min(remaining, in.readableBytes());
    remaining -= bytes;
    in.readerIndex(start + bytes);
    sink.onFrameBody(in, start, bytes, remaining == 0);
  }

  /// Out of line: almost no frame comes here.
  private static boolean takes(ByteBuf in, byte tag, int start, int frameBytes, Sink sink) {
    if (frameBytes < HEADER_BYTES || frameBytes > FRAME_BYTES_MAX) {
      throw new ProtocolViolation(
          "message 0x%02x: length %d is not in 4..%d"
              .formatted(tag, in.getInt(start + 1), LENGTH_MAX));
    }
    return sink.onTooLong(in, tag, start, frameBytes);
  }
}
