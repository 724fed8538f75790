package io.trunkline.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.trunkline.protocol.FrameReader.Frame;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
  private static final FrameBound BOUND = FrameBound.CLIENT_PASSWORD;
  private final FrameReader reader = new FrameReader();

  private static ByteBuf message(char tag, int bodyBytes) {
    ByteBuf message = Unpooled.buffer().writeByte(tag).writeInt(4 + bodyBytes);
    for (int i = 0; i < bodyBytes; i++) {
      message.writeByte(i);
    }
    return message;
  }

  @Test
  void read_severalMessages_handsThemOutOneByOne() {
    ByteBuf in = Unpooled.wrappedBuffer(message('p', 0), message('X', 3), message('Q', 1));
    assertThat(reader.read(in, BOUND).tag()).isEqualTo((byte) 'p');
    assertThat(reader.read(in, BOUND).body().readableBytes()).isEqualTo(3);
    assertThat(in.readableBytes()).isEqualTo(6);
    assertThat(reader.read(in, BOUND).tag()).isEqualTo((byte) 'Q');
    assertThat(reader.read(in, BOUND)).isNull();
  }

  @Property
  void read_cutAnywhere_isTheSameMessage(
      @ForAll @IntRange(max = 600) int bodyBytes, @ForAll @IntRange(min = 1, max = 300) int piece) {
    FrameReader fresh = new FrameReader();
    ByteBuf whole = message('p', bodyBytes);
    byte[] body = ByteBufUtil.getBytes(whole, 5, bodyBytes);
    Frame frame = null;
    while (whole.isReadable()) {
      assertThat(frame).isNull();
      ByteBuf in = whole.readSlice(Math.min(piece, whole.readableBytes()));
      frame = fresh.read(in, BOUND);
      assertThat(in.isReadable()).isFalse();
    }
    assertThat(ByteBufUtil.getBytes(frame.body())).isEqualTo(body);
  }

  @Test
  void read_endOfOneAndStartOfNext_leavesTheNextUnread() {
    ByteBuf whole = Unpooled.wrappedBuffer(message('p', 10), message('Q', 2));
    assertThat(reader.read(whole.readSlice(3), BOUND)).isNull();
    assertThat(reader.read(whole, BOUND).tag()).isEqualTo((byte) 'p');
    assertThat(whole.readableBytes()).isEqualTo(7);
    assertThat(reader.read(whole, BOUND).tag()).isEqualTo((byte) 'Q');
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 3, 65_536, Integer.MAX_VALUE})
  void read_illegalLength_isRefusedAtTheHeader(int length) {
    ByteBuf in = Unpooled.buffer().writeByte('p').writeInt(length);
    assertThatThrownBy(() -> reader.read(in, BOUND))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessage("message 'p' of length " + length + " where 4 to 65535 are allowed");
  }

  @Test
  void read_illegalLengthByteByByte_isRefusedAtItsLastByte() {
    ByteBuf in = Unpooled.buffer().writeByte(7).writeInt(70_000);
    for (int i = 0; i < 4; i++) {
      assertThat(reader.read(in.readSlice(1), BOUND)).isNull();
    }
    assertThatThrownBy(() -> reader.read(in, BOUND))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessage("message 0x07 of length 70000 where 4 to 65535 are allowed");
  }

  @Test
  void read_lengthAtTheBound_isRead() {
    ByteBuf in = message('p', 65_531);
    assertThat(reader.read(in, BOUND).body().readableBytes()).isEqualTo(65_531);
  }

  @Test
  void read_boundOfTheNextPhase_appliesToTheNextMessage() {
    ByteBuf in = Unpooled.wrappedBuffer(message('p', 10), message('Q', 100_000));
    assertThat(reader.read(in, FrameBound.CLIENT_PASSWORD)).isNotNull();
    assertThat(reader.read(in, FrameBound.CONSOLE)).isNotNull();
  }

  @Property
  void read_anyBytes_isTheSameHoweverTheyArrive(
      @ForAll @Size(max = 60) byte[] bytes, @ForAll @IntRange(min = 1, max = 9) int piece) {
    Hostile.frames(bytes, piece);
  }
}
