package io.trunkline.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// A connection's reading side as the road has it: what a scan leaves unread is put in front of
/// what comes next. Notes every message it is told of, in one piece however it was reported, and
/// checks that it is told nothing that the scanner does not promise.
final class FrameLog implements FrameScanner.Sink {
  private final int inspectBytesMax;
  private final int headBytesMin;
  private final String streamed;
  private final FrameScanner scanner;
  private final List<String> messages = new ArrayList<>();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private byte[] unread = {};
  private int missing;
  private int unreadMax;
  private int frameBytesMax = FrameScanner.FRAME_BYTES_MAX;

  FrameLog(int inspectBytesMax, int headBytesMin, String streamed) {
    this.inspectBytesMax = inspectBytesMax;
    this.headBytesMin = headBytesMin;
    this.streamed = streamed;
    this.scanner = new FrameScanner(inspectBytesMax, headBytesMin);
  }

  FrameLog allowing(int frameBytes) {
    frameBytesMax = frameBytes;
    return this;
  }

  /// The messages seen so far, each as its bytes; a streamed one once its last byte has come.
  List<String> messages() {
    return messages;
  }

  /// The most bytes that were ever left unread.
  int unreadMax() {
    return unreadMax;
  }

  int unread() {
    return unread.length;
  }

  void read(byte[] bytes, int start, int count) {
    ByteBuf in = Unpooled.buffer().writeBytes(unread).writeBytes(bytes, start, count);
    check(scanner.scan(in, frameBytesMax, this), "a sink that never stops the scan did so");
    unread = new byte[in.readableBytes()];
    in.readBytes(unread);
    unreadMax = Math.max(unreadMax, unread.length);
    check(scanner.inFrame() == missing > 0, "inFrame is wrong");
  }

  @Override
  public boolean streams(byte tag) {
    return streamed.indexOf(tag) >= 0;
  }

  @Override
  public boolean onFrame(ByteBuf in, byte tag, int start, int frameBytes) {
    check(missing == 0, "a frame within a frame");
    check(in.getByte(start) == tag, "not the tag at its start");
    note(in, start, frameBytes);
    messages.add(text());
    return true;
  }

  @Override
  public boolean onFrameHead(ByteBuf in, byte tag, int start, int bytesHere, int frameBytes) {
    check(missing == 0, "a head within a frame");
    check(bytesHere >= FrameScanner.HEADER_BYTES, "a head without its header");
    check(bytesHere < frameBytes, "a head that is all of the frame");
    if (!streams(tag)) {
      check(frameBytes > inspectBytesMax, "streamed, but short and not asked for");
      check(bytesHere >= headBytesMin, "a head too short to look at");
    }
    note(in, start, bytesHere);
    missing = frameBytes - bytesHere;
    return true;
  }

  @Override
  public void onFrameBody(ByteBuf in, int start, int bytes, boolean last) {
    check(bytes > 0 && bytes <= missing, "a body longer than its frame");
    missing -= bytes;
    check(last == (missing == 0), "last is wrong");
    note(in, start, bytes);
    if (last) {
      messages.add(text());
    }
  }

  private void note(ByteBuf in, int start, int bytes) {
    for (int i = 0; i < bytes; i++) {
      body.write(in.getByte(start + i));
    }
  }

  private String text() {
    String text = HexFormat.of().formatHex(body.toByteArray());
    body.reset();
    return text;
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
