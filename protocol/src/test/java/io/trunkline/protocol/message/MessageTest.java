package io.trunkline.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.CancelKey;
import io.trunkline.protocol.FrameBound;
import io.trunkline.protocol.FrameReader;
import io.trunkline.protocol.Hostile;
import io.trunkline.protocol.ProtocolVersion;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.message.Bind.Format;
import io.trunkline.settings.Secret;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class MessageTest {
  private static final Bytes FOUR = Bytes.of(new byte[] {1, 2, 3, 4});

  static final List<BackendMessage> BACKEND =
      List.of(
          new Authentication.AuthenticationOk(),
          new Authentication.AuthenticationCleartextPassword(),
          new Authentication.AuthenticationMD5Password(FOUR),
          new Authentication.AuthenticationSASL(List.of("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256")),
          new Authentication.AuthenticationSASL(List.of()),
          new Authentication.AuthenticationSASLContinue("r=x,s=eA==,i=1"),
          new Authentication.AuthenticationSASLFinal("v=x"),
          new Authentication.AuthenticationUnsupported(7),
          new BackendMessage.BackendKeyData(new CancelKey(-7, FOUR)),
          new BackendMessage.BackendKeyData(new CancelKey(7, Bytes.of(new byte[256]))),
          new BackendMessage.BindComplete(),
          new BackendMessage.CloseComplete(),
          new BackendMessage.CommandComplete("INSERT 0 1"),
          new BackendMessage.EmptyQueryResponse(),
          new BackendMessage.NegotiateProtocolVersion(ProtocolVersion.V3_2, List.of("_pq_.x", "")),
          new BackendMessage.NoData(),
          new BackendMessage.NotificationResponse(1, "channel", ""),
          new BackendMessage.ParameterDescription(List.of(25, -1)),
          new BackendMessage.ParameterStatus("TimeZone", "Etc/UTC"),
          new BackendMessage.ParseComplete(),
          new BackendMessage.ReadyForQuery(TransactionStatus.FAILED),
          DataRow.of("a", null, "", "j\uDCF6rg"),
          DataRow.of(),
          ErrorResponse.fatal(SqlState.INVALID_PASSWORD, "no").withDetail("d").withHint("h"),
          new ErrorResponse(new ErrorFields(List.of())),
          NoticeResponse.notice(SqlState.WARNING, "hm"),
          new RowDescription(
              List.of(RowDescription.Column.text("a"), RowDescription.Column.int8("b"))));

  static final List<FrontendMessage> FRONTEND =
      List.of(
          new Bind("p", "s", List.of(), Arrays.asList(FOUR, null, Bytes.EMPTY), List.of()),
          new Bind("", "", List.of(Format.BINARY), List.of(FOUR, FOUR), List.of(Format.TEXT)),
          new Bind("", "", List.of(Format.TEXT, Format.BINARY), List.of(FOUR, FOUR), List.of()),
          new FrontendMessage.Close(Target.statement("s")),
          new FrontendMessage.Describe(Target.portal("")),
          new FrontendMessage.Execute("p", 100),
          new FrontendMessage.Flush(),
          new FrontendMessage.Parse("s", "select $1", List.of(25, 0)),
          new FrontendMessage.Query("SHOW POOLS"),
          new FrontendMessage.Sync(),
          new FrontendMessage.Terminate());

  private static ByteBuf encoded(BackendMessage message) {
    ByteBuf out = Unpooled.buffer();
    message.encode(out);
    return out;
  }

  private static ByteBuf encoded(FrontendMessage message) {
    ByteBuf out = Unpooled.buffer();
    message.encode(out);
    return out;
  }

  /// The one message in `whole`, which arrives in two parts.
  private static FrameReader.Frame readCut(ByteBuf whole, int cut) {
    FrameReader reader = new FrameReader();
    assertThat(reader.read(whole.slice(0, cut), FrameBound.CONSOLE)).isNull();
    ByteBuf rest = whole.slice(cut, whole.readableBytes() - cut);
    FrameReader.Frame frame = reader.read(rest, FrameBound.CONSOLE);
    assertThat(rest.isReadable()).isFalse();
    return frame;
  }

  @ParameterizedTest
  @FieldSource("BACKEND")
  void backend_encodedAndCutAnywhere_decodesToTheSame(BackendMessage message) {
    ByteBuf whole = encoded(message);
    for (int cut = 0; cut < whole.readableBytes(); cut++) {
      FrameReader.Frame frame = readCut(whole, cut);
      assertThat(BackendMessage.decode(frame.tag(), frame.body())).isEqualTo(message);
    }
  }

  @ParameterizedTest
  @FieldSource("FRONTEND")
  void frontend_encodedAndCutAnywhere_decodesToTheSame(FrontendMessage message) {
    ByteBuf whole = encoded(message);
    for (int cut = 0; cut < whole.readableBytes(); cut++) {
      FrameReader.Frame frame = readCut(whole, cut);
      assertThat(FrontendMessage.decode(frame.tag(), frame.body())).isEqualTo(message);
    }
  }

  @ParameterizedTest
  @FieldSource("BACKEND")
  void backend_bodyCutShort_isReadOtherwiseOrRefused(BackendMessage message) {
    ByteBuf whole = encoded(message);
    byte[] body = new byte[whole.readableBytes() - 5];
    whole.getBytes(5, body);
    for (int length = 0; length < body.length; length++) {
      Hostile.backendMessage(whole.getByte(0), Arrays.copyOf(body, length));
    }
  }

  @ParameterizedTest
  @FieldSource("FRONTEND")
  void frontend_bodyCutShort_isRefused(FrontendMessage message) {
    ByteBuf whole = encoded(message);
    for (int length = 0; length < whole.readableBytes() - 5; length++) {
      ByteBuf body = whole.slice(5, length);
      assertThatThrownBy(() -> FrontendMessage.decode(whole.getByte(0), body))
          .isInstanceOf(ProtocolViolation.class);
    }
  }

  @ParameterizedTest
  @FieldSource("FRONTEND")
  void frontend_bytesBehindTheLastField_areRefused(FrontendMessage message) {
    ByteBuf whole = encoded(message).writeByte(0);
    assertThatThrownBy(() -> FrontendMessage.decode(whole.readByte(), whole.skipBytes(4)))
        .isInstanceOf(ProtocolViolation.class);
  }

  @Property
  void decode_anyTagAndBody_readsOrRefuses(@ForAll byte tag, @ForAll @Size(max = 60) byte[] body) {
    Hostile.backendMessage(tag, body);
    Hostile.frontendMessage(tag, body);
  }

  @Test
  void decode_everyTag_isReadOrRefused() {
    for (int tag = Byte.MIN_VALUE; tag <= Byte.MAX_VALUE; tag++) {
      for (int length = 0; length < 40; length++) {
        Hostile.backendMessage((byte) tag, new byte[length]);
        Hostile.frontendMessage((byte) tag, new byte[length]);
      }
    }
  }

  @Test
  void decode_countBeyondTheBody_isRefusedBeforeAnythingIsAllocated() {
    ByteBuf body = Unpooled.buffer().writeInt(0x30002).writeInt(Integer.MAX_VALUE);
    assertThatThrownBy(() -> BackendMessage.decode((byte) 'v', body))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessage("count 2147483647 does not fit the 0 bytes left in message");
  }

  @Test
  void errorResponse_withoutAnyField_hasEmptyParts() {
    ErrorResponse error = ErrorResponse.decode(Unpooled.wrappedBuffer(new byte[1]));
    assertThat(error.severity() + error.sqlState() + error.message()).isEmpty();
  }

  @Test
  void errorResponse_ofAnOldServer_hasTheLocalizedSeverity() {
    byte[] body = {'S', 'F', 0, 'C', 'x', 0, 0};
    assertThat(ErrorResponse.decode(Unpooled.wrappedBuffer(body)).severity()).isEqualTo("F");
  }

  @Test
  void passwordMessages_encoded_decodeToTheSame() {
    List<FrontendMessage> messages =
        List.of(
            new FrontendMessage.PasswordMessage(Secret.of("sesame")),
            new FrontendMessage.SASLInitialResponse("SCRAM-SHA-256", null),
            new FrontendMessage.SASLInitialResponse("SCRAM-SHA-256", "n,,n=,r=x"),
            new FrontendMessage.SASLResponse("c=biws"));
    for (FrontendMessage message : messages) {
      ByteBuf body = encoded(message).skipBytes(5);
      assertThat(
              switch (message) {
                case FrontendMessage.PasswordMessage _ ->
                    FrontendMessage.PasswordMessage.decode(body);
                case FrontendMessage.SASLInitialResponse _ ->
                    FrontendMessage.SASLInitialResponse.decode(body);
                default -> FrontendMessage.SASLResponse.decode(body);
              })
          .isEqualTo(message);
    }
  }

  @Test
  void passwordMessage_printed_hidesThePassword() {
    assertThat(new FrontendMessage.PasswordMessage(Secret.of("sesame")).toString())
        .doesNotContain("sesame");
  }

  @Test
  void saslMechanisms_endless_areRefused() {
    ByteBuf body = Unpooled.buffer().writeInt(10);
    for (int i = 0; i < 100; i++) {
      body.writeByte('x').writeByte(0);
    }
    assertThatThrownBy(() -> Authentication.decode(body)).isInstanceOf(ProtocolViolation.class);
  }

  @Test
  void bind_formatsOfOtherNumberThanValues_areRefused() {
    ByteBuf body = Unpooled.buffer().writeShort(0).writeShort(2).writeInt(0).writeShort(0);
    assertThatThrownBy(() -> Bind.decode(body))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessage("bind message has 2 parameter formats but 0 parameters");
  }

  @Test
  void writeString_withZeroCharacter_isOurFault() {
    ByteBuf out = Unpooled.buffer();
    assertThatCode(() -> new FrontendMessage.Query("a\0b").encode(out))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
