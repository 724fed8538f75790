package io.trunkline.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.trunkline.protocol.StartupPacket.CancelRequest;
import io.trunkline.protocol.StartupPacket.GSSENCRequest;
import io.trunkline.protocol.StartupPacket.SSLRequest;
import io.trunkline.protocol.StartupPacket.StartupMessage;
import io.trunkline.protocol.StartupPacket.UnsupportedVersion;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class StartupPacketTest {
  private static final int V3_0 = 0x30000;

  static final List<StartupPacket> PACKETS =
      List.of(
          new SSLRequest(),
          new GSSENCRequest(),
          new CancelRequest(new CancelKey(42, Bytes.of(new byte[4]))),
          new CancelRequest(new CancelKey(-1, Bytes.of(new byte[256]))),
          new UnsupportedVersion(new ProtocolVersion(2, 0)),
          new StartupMessage(ProtocolVersion.V3_0, Map.of()),
          new StartupMessage(ProtocolVersion.V3_2, parameters("user", "j\uDCF6rg", "database", "")),
          new StartupMessage(ProtocolVersion.V3_2, parameters("user", "ö", "_pq_.x", "on")));

  private static Map<String, String> parameters(String... namesAndValues) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      parameters.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return parameters;
  }

  private static ByteBuf packet(int code, String rest) {
    byte[] body = rest.getBytes(StandardCharsets.ISO_8859_1);
    return Unpooled.buffer().writeInt(8 + body.length).writeInt(code).writeBytes(body);
  }

  private static StartupMessage message(String rest) {
    return (StartupMessage) StartupPacket.decode(packet(V3_0, rest)).orElseThrow();
  }

  @ParameterizedTest
  @FieldSource("PACKETS")
  void decode_cutAnywhere_waitsThenReadsTheSame(StartupPacket packet) {
    ByteBuf whole = Unpooled.buffer();
    packet.encode(whole);
    for (int cut = 0; cut < whole.readableBytes(); cut++) {
      ByteBuf part = whole.slice(0, cut);
      assertThat(StartupPacket.decode(part)).isEmpty();
      assertThat(part.readableBytes()).isEqualTo(cut);
    }
    whole.writeByte('x');
    assertThat(StartupPacket.decode(whole)).contains(packet);
    assertThat(whole.readableBytes()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 7, 10_005, 0x47455420, Integer.MAX_VALUE})
  void decode_lengthOutOfBounds_isRefusedAtTheLength(int length) {
    ByteBuf in = Unpooled.buffer().writeInt(length);
    assertThatThrownBy(() -> StartupPacket.decode(in))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessage("invalid length of startup packet: " + length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "user",
        "user\0",
        "user\0a",
        "user\0a\0",
        "user\0a\0\0x",
        "user\0a\0\0\0",
        "user\0a\0database\0\0"
      })
  void decode_withoutTerminatorAtTheEnd_isRefused(String rest) {
    assertThatThrownBy(() -> StartupPacket.decode(packet(V3_0, rest)))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessage("invalid startup packet layout: expected terminator as last byte");
  }

  @Test
  void decode_lengthAtTheBound_isRead() {
    String value = "x".repeat(StartupPacket.LENGTH_MAX - 8 - "user".length() - 3);
    assertThat(message("user\0" + value + "\0\0").parameters()).containsEntry("user", value);
  }

  @Test
  void decode_tooManyParameters_isRefused() {
    StringBuilder rest = new StringBuilder();
    for (int i = 0; i <= StartupPacket.PARAMETERS_MAX; i++) {
      rest.append(i).append("\0v\0");
    }
    assertThatThrownBy(() -> message(rest + "\0"))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessage("startup packet with more than 256 parameters");
  }

  @Test
  void decode_nameTwice_theLastCounts() {
    assertThat(message("user\0a\0x\0y\0user\0b\0\0").user()).isEqualTo("b");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 257})
  void decode_cancelKeyOfIllegalLength_isRefused(int secretBytes) {
    ByteBuf in = packet(StartupPacket.CANCEL_REQUEST_CODE, "\0\0\0\1" + "k".repeat(secretBytes));
    assertThatThrownBy(() -> StartupPacket.decode(in))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessage("invalid length of cancel key in cancel request packet: " + secretBytes);
  }

  @Test
  void decode_cancelRequestWithoutPid_isRefused() {
    ByteBuf in = packet(StartupPacket.CANCEL_REQUEST_CODE, "\0\0");
    assertThatThrownBy(() -> StartupPacket.decode(in)).isInstanceOf(ProtocolViolation.class);
  }

  @Test
  void decode_sslRequestWithMore_isRefused() {
    ByteBuf in = packet(StartupPacket.SSL_REQUEST_CODE, "x");
    assertThatThrownBy(() -> StartupPacket.decode(in)).isInstanceOf(ProtocolViolation.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0x20000, 0x40000, 0, -1, 1234 << 16 | 5681})
  void decode_otherProtocol_isUnsupported(int code) {
    assertThat(StartupPacket.decode(packet(code, "whatever")))
        .contains(new UnsupportedVersion(ProtocolVersion.of(code)));
  }

  @Test
  void user_longerThanAName_isCutInBytes() {
    assertThat(message("user\0" + "u".repeat(64) + "\0\0").user()).isEqualTo("u".repeat(63));
    assertThat(message("user\0" + "u".repeat(63) + "\0\0").user()).isEqualTo("u".repeat(63));
    StartupMessage cutInside =
        new StartupMessage(ProtocolVersion.V3_0, Map.of("user", "u".repeat(62) + "é"));
    assertThat(WireText.encode(cutInside.user())).hasSize(63);
  }

  @Test
  void database_notNamed_isTheUser() {
    assertThat(message("user\0a\0\0").database()).isEqualTo("a");
    assertThat(message("user\0a\0database\0\0\0").database()).isEqualTo("a");
    assertThat(message("user\0a\0database\0d\0\0").database()).isEqualTo("d");
  }

  @Test
  void hasUser_noneOrEmpty_isFalse() {
    assertThat(message("\0").hasUser()).isFalse();
    assertThat(message("user\0\0\0").hasUser()).isFalse();
    assertThat(message("user\0a\0\0").hasUser()).isTrue();
  }

  @Test
  void extensions_amongParameters_areThoseOfTheProtocol() {
    assertThat(message("user\0a\0_pq_.x\0on\0_pq_.y\0\0\0").extensions())
        .containsExactly("_pq_.x", "_pq_.y");
  }

  @Property
  void decode_anyBytes_readsOrWaitsOrRefuses(@ForAll @Size(max = 60) byte[] bytes) {
    Hostile.startupPacket(bytes);
    ByteBuf framed = packet(V3_0, new String(bytes, StandardCharsets.ISO_8859_1));
    byte[] whole = new byte[framed.readableBytes()];
    framed.readBytes(whole);
    Hostile.startupPacket(whole);
  }
}
