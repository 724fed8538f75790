package io.trunkline.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameScannerTest {
  private static final int INSPECT_BYTES_MAX = 64;
  private static final int HEAD_BYTES_MIN = 16;
  private static final String STREAMED = "dD";

  private static byte[] message(char tag, int bodyBytes) {
    ByteBuffer message = ByteBuffer.allocate(5 + bodyBytes).put((byte) tag).putInt(4 + bodyBytes);
    for (int i = 0; i < bodyBytes; i++) {
      message.put((byte) (tag + i));
    }
    return message.array();
  }

  private static byte[] joined(List<byte[]> parts) {
    ByteBuf all = Unpooled.buffer();
    parts.forEach(all::writeBytes);
    byte[] bytes = new byte[all.readableBytes()];
    all.readBytes(bytes);
    return bytes;
  }

  private static FrameLog log() {
    return new FrameLog(INSPECT_BYTES_MAX, HEAD_BYTES_MIN, STREAMED);
  }

  /// What the docs say of a stream of messages, the plain way: cut it up from the start.
  private static List<String> reference(byte[] bytes) {
    List<String> messages = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    while (in.remaining() >= 5) {
      int length = in.getInt(in.position() + 1);
      if (length < 4 || length > FrameScanner.LENGTH_MAX) {
        messages.add("violation");
        break;
      }
      if (in.remaining() < 1 + length) {
        break;
      }
      byte[] message = new byte[1 + length];
      in.get(message);
      messages.add(HexFormat.of().formatHex(message));
    }
    return messages;
  }

  private static List<String> scanned(FrameLog log, byte[] bytes, int piece) {
    try {
      for (int at = 0; at < bytes.length; at += piece) {
        log.read(bytes, at, Math.min(piece, bytes.length - at));
      }
      return log.messages();
    } catch (ProtocolViolation expected) {
      List<String> seen = new ArrayList<>(log.messages());
      seen.add("violation");
      return seen;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Q0", "Q1", "Q59", "Q60", "Q300", "d0", "d1", "d59", "d300", "D7"})
  void scan_messageCutAtEveryByte_isReportedOnceAndWhole(String shape) {
    byte[] one = message(shape.charAt(0), Integer.parseInt(shape.substring(1)));
    byte[] both = joined(List.of(one, message('Z', 1)));
    for (int cut = 0; cut <= both.length; cut++) {
      FrameLog log = log();
      log.read(both, 0, cut);
      log.read(both, cut, both.length - cut);
      assertThat(log.messages()).as("cut at %d", cut).isEqualTo(reference(both));
      assertThat(log.unread()).isZero();
    }
  }

  /// The header decides, however much of the message is here, and whether or not it is streamed.
  @ParameterizedTest
  @ValueSource(strings = {"Q", "d"})
  void scan_frameLongerThanAllowed_isNotReported(String tag) {
    byte[] fits = message(tag.charAt(0), 95);
    byte[] tooLong = message(tag.charAt(0), 96);
    byte[] both = joined(List.of(fits, tooLong));
    for (int cut = fits.length + FrameScanner.HEADER_BYTES; cut <= both.length; cut++) {
      FrameLog log = log().allowing(100);
      int end = cut;
      assertThatThrownBy(() -> log.read(both, 0, end)).isInstanceOf(ProtocolViolation.class);
      assertThat(log.messages()).isEqualTo(reference(fits));
    }
  }

  @Test
  void scan_byteByByte_isReportedOnceAndWhole() {
    byte[] all = joined(List.of(message('Q', 40), message('d', 70), message('P', 90)));
    assertThat(scanned(log(), all, 1)).isEqualTo(reference(all));
  }

  @Property
  void scan_anyMessagesInAnyPieces_areThoseOfTheReference(
      @ForAll @Size(max = 8) List<@IntRange(max = 200) Integer> bodies,
      @ForAll @IntRange(min = 1, max = 400) int piece,
      @ForAll @IntRange(max = 150) int inspectBytesMax,
      @ForAll @IntRange(max = 150) int headBytesMin) {
    List<byte[]> messages = new ArrayList<>();
    for (int body : bodies) {
      messages.add(message("QdPDBX".charAt(body % 6), body));
    }
    byte[] all = joined(messages);
    FrameLog log = new FrameLog(inspectBytesMax, headBytesMin, STREAMED);
    assertThat(scanned(log, all, piece)).isEqualTo(reference(all));
    assertThat(log.unread()).isZero();
    assertThat(log.unreadMax())
        .as("bytes kept")
        .isLessThanOrEqualTo(
            Math.max(FrameScanner.HEADER_BYTES, Math.max(inspectBytesMax, headBytesMin)));
  }

  @Property
  void scan_anyBytes_areThoseOfTheReferenceHoweverTheyArrive(
      @ForAll @Size(max = 80) byte[] bytes, @ForAll @IntRange(min = 1, max = 90) int piece) {
    FrameLog waiting = new FrameLog(Integer.MAX_VALUE, 0, "");
    assertThat(scanned(waiting, bytes, piece)).isEqualTo(reference(bytes));
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 3, FrameScanner.LENGTH_MAX + 1, Integer.MAX_VALUE})
  void scan_lengthNoMessageCanHave_isRefusedAtTheHeader(int length) {
    byte[] header = ByteBuffer.allocate(5).put((byte) 'Q').putInt(length).array();
    FrameLog log = log();
    log.read(header, 0, 4);
    assertThatThrownBy(() -> log.read(header, 4, 1))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessage("message 0x51: length %d is not in 4..1073741822".formatted(length));
  }

  @Test
  void scan_violationBehindGoodMessages_reportsThoseFirst() {
    byte[] bad = ByteBuffer.allocate(5).put((byte) 0xff).putInt(3).array();
    FrameLog log = log();
    byte[] all = joined(List.of(message('Q', 2), bad));
    assertThatThrownBy(() -> log.read(all, 0, all.length)).hasMessageContaining("0xff");
    assertThat(log.messages()).isEqualTo(reference(message('Q', 2)));
  }

  @ParameterizedTest
  @ValueSource(chars = {'Q', 'd'})
  void scan_longestMessageThereCanBe_streamsThroughOneBuffer(char tag) {
    var scanner = new FrameScanner(INSPECT_BYTES_MAX, HEAD_BYTES_MIN);
    var counter = new Counter(tag == 'd');
    ByteBuf in = Unpooled.buffer(64 * 1024).writeByte(tag).writeInt(FrameScanner.LENGTH_MAX);
    in.writerIndex(in.capacity());
    scanner.scan(in, counter);
    long left = 1L + FrameScanner.LENGTH_MAX - in.capacity();
    while (left > 0) {
      assertThat(scanner.inFrame()).isTrue();
      in.setIndex(0, (int) Math.min(left, in.capacity()));
      left -= in.readableBytes();
      scanner.scan(in, counter);
      assertThat(in.isReadable()).isFalse();
    }
    assertThat(counter.bytes).isEqualTo(1L + FrameScanner.LENGTH_MAX);
    assertThat(counter.lasts).isOne();
    assertThat(scanner.inFrame()).isFalse();
  }

  /// Takes a streamed frame and refuses every whole one.
  private static final class Counter implements FrameScanner.Sink {
    private final boolean streams;
    private long bytes;
    private int lasts;

    Counter(boolean streams) {
      this.streams = streams;
    }

    @Override
    public boolean streams(byte tag) {
      return streams;
    }

    @Override
    public boolean onFrame(ByteBuf in, byte tag, int start, int frameBytes) {
      return false;
    }

    @Override
    public boolean onFrameHead(ByteBuf in, byte tag, int start, int bytesHere, int frameBytes) {
      bytes += bytesHere;
      return true;
    }

    @Override
    public void onFrameBody(ByteBuf in, int start, int bodyBytes, boolean last) {
      bytes += bodyBytes;
      lasts += last ? 1 : 0;
    }
  }

  /// Stops at the n-th report.
  private static final class Stopper implements FrameScanner.Sink {
    private int reportsLeft;
    private final List<String> seen = new ArrayList<>();

    Stopper(int reportsLeft) {
      this.reportsLeft = reportsLeft;
    }

    @Override
    public boolean streams(byte tag) {
      return tag == 'd';
    }

    @Override
    public boolean onFrame(ByteBuf in, byte tag, int start, int frameBytes) {
      return take((char) tag + "" + frameBytes);
    }

    @Override
    public boolean onFrameHead(ByteBuf in, byte tag, int start, int bytesHere, int frameBytes) {
      return take((char) tag + "" + bytesHere + "/" + frameBytes);
    }

    @Override
    public void onFrameBody(ByteBuf in, int start, int bytes, boolean last) {
      seen.add("+" + bytes);
    }

    private boolean take(String what) {
      if (reportsLeft-- == 0) {
        return false;
      }
      seen.add(what);
      return true;
    }
  }

  @Test
  void scan_sinkStopsAtFrame_leavesItUnreadToBeReportedAgain() {
    ByteBuf in = Unpooled.wrappedBuffer(joined(List.of(message('P', 3), message('S', 0))));
    var scanner = new FrameScanner(INSPECT_BYTES_MAX, HEAD_BYTES_MIN);
    Stopper sink = new Stopper(1);
    assertThat(scanner.scan(in, sink)).isFalse();
    assertThat(in.readableBytes()).isEqualTo(5);
    sink.reportsLeft = 1;
    assertThat(scanner.scan(in, sink)).isTrue();
    assertThat(in.isReadable()).isFalse();
    assertThat(sink.seen).containsExactly("P8", "S5");
  }

  @Test
  void scan_sinkStopsAtHead_leavesItUnreadToBeReportedAgain() {
    byte[] message = message('d', 100);
    ByteBuf in = Unpooled.wrappedBuffer(message, 0, 20);
    var scanner = new FrameScanner(INSPECT_BYTES_MAX, HEAD_BYTES_MIN);
    Stopper sink = new Stopper(0);
    assertThat(scanner.scan(in, sink)).isFalse();
    assertThat(in.readableBytes()).isEqualTo(20);
    assertThat(scanner.inFrame()).isFalse();
    sink.reportsLeft = 1;
    assertThat(scanner.scan(Unpooled.wrappedBuffer(message, 0, 30), sink)).isTrue();
    assertThat(scanner.scan(Unpooled.wrappedBuffer(message, 30, 75), sink)).isTrue();
    assertThat(sink.seen).containsExactly("d30/105", "+75");
  }

  @Test
  void scan_nothing_reportsNothing() {
    var scanner = new FrameScanner(INSPECT_BYTES_MAX, HEAD_BYTES_MIN);
    assertThat(scanner.scan(Unpooled.EMPTY_BUFFER, new Stopper(0))).isTrue();
    byte[] message = message('d', 100);
    assertThat(scanner.scan(Unpooled.wrappedBuffer(message, 0, 20), new Stopper(1))).isTrue();
    Stopper none = new Stopper(0);
    assertThat(scanner.scan(Unpooled.EMPTY_BUFFER, none)).isTrue();
    assertThat(none.seen).isEmpty();
    assertThat(scanner.inFrame()).isTrue();
  }
}
