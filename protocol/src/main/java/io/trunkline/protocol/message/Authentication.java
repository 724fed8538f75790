package io.trunkline.protocol.message;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.BackendTag;
import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.WireReader;
import io.trunkline.protocol.WireWriter;
import java.util.ArrayList;
import java.util.List;

/// The messages of tag `R`, which an Int32 behind the length tells apart. The SASL data of
/// PostgreSQL's one mechanism is text (RFC 5802), and is held as such.
public sealed interface Authentication extends BackendMessage {
  int OK = 0;
  int CLEARTEXT_PASSWORD = 3;
  int MD5_PASSWORD = 5;
  int SASL = 10;
  int SASL_CONTINUE = 11;
  int SASL_FINAL = 12;

  int MD5_SALT_BYTES = 4;

  /// The Int32 that tells this message from its siblings.
  int code();

  /// Writes what follows the code.
  default void encodeData(ByteBuf out) {}

  @Override
  default void encode(ByteBuf out) {
    int mark = WireWriter.begin(out, BackendTag.AUTHENTICATION);
    out.writeInt(code());
    encodeData(out);
    WireWriter.end(out, mark);
  }

  static Authentication decode(ByteBuf body) {
    int code = WireReader.readInt32(body);
    return switch (code) {
      case OK -> new AuthenticationOk();
      case CLEARTEXT_PASSWORD -> new AuthenticationCleartextPassword();
      case MD5_PASSWORD ->
          new AuthenticationMD5Password(WireReader.readBytes(body, MD5_SALT_BYTES));
      case SASL -> AuthenticationSASL.decode(body);
      case SASL_CONTINUE ->
          new AuthenticationSASLContinue(WireReader.readText(body, body.readableBytes()));
      case SASL_FINAL ->
          new AuthenticationSASLFinal(WireReader.readText(body, body.readableBytes()));
      default -> {
        body.skipBytes(body.readableBytes());
        yield new AuthenticationUnsupported(code);
      }
    };
  }

  /// AuthenticationOk (B): `Byte1('R') Int32(8) Int32(0)`.
  record AuthenticationOk() implements Authentication {
    @Override
    public int code() {
      return OK;
    }
  }

  /// AuthenticationCleartextPassword (B): `Byte1('R') Int32(8) Int32(3)`.
  record AuthenticationCleartextPassword() implements Authentication {
    @Override
    public int code() {
      return CLEARTEXT_PASSWORD;
    }
  }

  /// AuthenticationMD5Password (B): `Byte1('R') Int32(12) Int32(5) Byte4(salt)`.
  record AuthenticationMD5Password(Bytes salt) implements Authentication {
    @Override
    public int code() {
      return MD5_PASSWORD;
    }

    @Override
    public void encodeData(ByteBuf out) {
      salt.writeTo(out);
    }
  }

  /// AuthenticationSASL (B): `Byte1('R') Int32 Int32(10) String(mechanism)* Byte1(0)`, the
  /// mechanism the server likes best first.
  record AuthenticationSASL(List<String> mechanisms) implements Authentication {
    /// PostgreSQL knows three at most; a list is not a place to store things in.
    private static final int MECHANISMS_MAX = 32;

    public AuthenticationSASL {
      mechanisms = List.copyOf(mechanisms);
    }

    static AuthenticationSASL decode(ByteBuf body) {
      List<String> mechanisms = new ArrayList<>();
      for (String m = WireReader.readString(body); !m.isEmpty(); m = WireReader.readString(body)) {
        mechanisms.add(m);
        if (mechanisms.size() > MECHANISMS_MAX) {
          throw new ProtocolViolation("more than %d SASL mechanisms".formatted(MECHANISMS_MAX));
        }
      }
      return new AuthenticationSASL(mechanisms);
    }

    @Override
    public int code() {
      return SASL;
    }

    @Override
    public void encodeData(ByteBuf out) {
      mechanisms.forEach(mechanism -> WireWriter.writeString(out, mechanism));
      out.writeByte(0);
    }
  }

  /// AuthenticationSASLContinue (B): `Byte1('R') Int32 Int32(11) Byten(data)`.
  record AuthenticationSASLContinue(String data) implements Authentication {
    @Override
    public int code() {
      return SASL_CONTINUE;
    }

    @Override
    public void encodeData(ByteBuf out) {
      WireWriter.writeText(out, data);
    }
  }

  /// AuthenticationSASLFinal (B): `Byte1('R') Int32 Int32(12) Byten(data)`.
  record AuthenticationSASLFinal(String data) implements Authentication {
    @Override
    public int code() {
      return SASL_FINAL;
    }

    @Override
    public void encodeData(ByteBuf out) {
      WireWriter.writeText(out, data);
    }
  }

  /// Kerberos V5, GSSAPI, SSPI, or what a later server has thought of: read, to be refused by name.
  record AuthenticationUnsupported(int code) implements Authentication {
    /// The method in words, for the text of the refusal.
    public String method() {
      return switch (code) {
        case 2 -> "Kerberos V5";
        case 7, 8 -> "GSSAPI";
        case 9 -> "SSPI";
        default -> "method " + code;
      };
    }
  }
}
