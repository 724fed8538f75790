package io.trunkline.protocol;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The first packet of a connection, the only kind without a tag: `Int32(length) Int32(code) …`.
///
/// The bounds and the texts of refusals are those of PostgreSQL (`ProcessStartupPacket` in
/// `backend_startup.c`). PostgreSQL docs, "Start-up" and "Message Formats".
public sealed interface StartupPacket {
  /// The least and the greatest length field: it counts itself.
  int LENGTH_MIN = 8;

  int LENGTH_MAX = 10_004;

  /// Each parameter costs memory beyond its bytes; no real client sends a tenth of this.
  int PARAMETERS_MAX = 256;

  /// PostgreSQL's NAMEDATALEN: names are cut to one byte less.
  int NAME_DATA_LENGTH = 64;

  int CANCEL_REQUEST_CODE = 80877102;
  int SSL_REQUEST_CODE = 80877103;
  int GSSENC_REQUEST_CODE = 80877104;

  /// Writes the whole packet.
  void encode(ByteBuf out);

  /// Takes one packet from `in`, or nothing, and leaves `in` alone, while it is incomplete. At most
  /// [#LENGTH_MAX] bytes are ever waited for.
  ///
  /// A caller that is about to switch to TLS must see to it that nothing follows the packet.
  ///
  /// @throws ProtocolViolation when no further byte can make it a packet
  static Optional<StartupPacket> decode(ByteBuf in) {
    if (in.readableBytes() < Integer.BYTES) {
      return Optional.empty();
    }
    int length = in.getInt(in.readerIndex());
    if (length < LENGTH_MIN || length > LENGTH_MAX) {
      throw new ProtocolViolation("invalid length of startup packet: " + length);
    }
    if (in.readableBytes() < length) {
      return Optional.empty();
    }
    ByteBuf body = in.readSlice(length).skipBytes(Integer.BYTES);
    return Optional.of(decodeBody(body));
  }

  private static StartupPacket decodeBody(ByteBuf body) {
    int code = body.readInt();
    return switch (code) {
      case CANCEL_REQUEST_CODE -> CancelRequest.decode(body);
      case SSL_REQUEST_CODE -> bare(body, new SSLRequest());
      case GSSENC_REQUEST_CODE -> bare(body, new GSSENCRequest());
      default -> {
        ProtocolVersion version = ProtocolVersion.of(code);
        yield version.isSupported()
            ? StartupMessage.decode(version, body)
            : new UnsupportedVersion(version);
      }
    };
  }

  private static StartupPacket bare(ByteBuf body, StartupPacket packet) {
    WireReader.requireEnd(body);
    return packet;
  }

  private static void encodeCode(ByteBuf out, int code) {
    out.writeInt(2 * Integer.BYTES).writeInt(code);
  }

  /// StartupMessage (F): `Int32 Int32(version) (String(name) String(value))* Byte1(0)`.
  ///
  /// `parameters` are in the order they were sent; of a name sent twice the last value counts, as
  /// in PostgreSQL. Names that begin with `_pq_.` are protocol extensions.
  record StartupMessage(ProtocolVersion version, Map<String, String> parameters)
      implements StartupPacket {
    private static final String NO_TERMINATOR =
        "invalid startup packet layout: expected terminator as last byte";
    private static final String EXTENSION_PREFIX = "_pq_.";

    public StartupMessage {
      parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    static StartupMessage decode(ProtocolVersion version, ByteBuf body) {
      Map<String, String> parameters = new LinkedHashMap<>();
      while (body.isReadable() && body.getByte(body.readerIndex()) != 0) {
        String name = readTerminated(body);
        String value = readTerminated(body);
        parameters.put(name, value);
        if (parameters.size() > PARAMETERS_MAX) {
          throw new ProtocolViolation(
              "startup packet with more than %d parameters".formatted(PARAMETERS_MAX));
        }
      }
      if (body.readableBytes() != 1) {
        throw new ProtocolViolation(NO_TERMINATOR);
      }
      return new StartupMessage(version, parameters);
    }

    private static String readTerminated(ByteBuf body) {
      if (body.bytesBefore((byte) 0) < 0) {
        throw new ProtocolViolation(NO_TERMINATOR);
      }
      return WireReader.readString(body);
    }

    /// Whether a user is named: PostgreSQL answers with 28000 "no PostgreSQL user name specified in
    /// startup packet" when none is.
    public boolean hasUser() {
      return !user().isEmpty();
    }

    /// The user, cut to what PostgreSQL looks at; empty when none was sent.
    public String user() {
      return truncated(parameters.getOrDefault("user", ""));
    }

    /// The database, cut to what PostgreSQL looks at; by default that named as the user.
    public String database() {
      String database = parameters.getOrDefault("database", "");
      return database.isEmpty() ? user() : truncated(database);
    }

    /// The kind of connection asked for, for [ReplicationMode#parse]; an ordinary one when nothing
    /// was said.
    public String replication() {
      return parameters.getOrDefault(ReplicationMode.PARAMETER, "false");
    }

    /// The protocol extensions asked for, to be refused by NegotiateProtocolVersion.
    public List<String> extensions() {
      return parameters.keySet().stream().filter(n -> n.startsWith(EXTENSION_PREFIX)).toList();
    }

    private static String truncated(String name) {
      byte[] bytes = WireText.encode(name);
      if (bytes.length < NAME_DATA_LENGTH) {
        return name;
      }
      return WireText.decode(Arrays.copyOf(bytes, NAME_DATA_LENGTH - 1));
    }

    @Override
    public void encode(ByteBuf out) {
      int mark = WireWriter.beginTagless(out);
      out.writeInt(version.wire());
      parameters.forEach((name, value) -> {
        WireWriter.writeString(out, name);
        WireWriter.writeString(out, value);
      });
      out.writeByte(0);
      WireWriter.end(out, mark);
    }
  }

  /// SSLRequest (F): `Int32(8) Int32(80877103)`. Answered by one byte, `S` or `N`.
  record SSLRequest() implements StartupPacket {
    @Override
    public void encode(ByteBuf out) {
      encodeCode(out, SSL_REQUEST_CODE);
    }
  }

  /// GSSENCRequest (F): `Int32(8) Int32(80877104)`. Answered by one byte, `G` or `N`.
  record GSSENCRequest() implements StartupPacket {
    @Override
    public void encode(ByteBuf out) {
      encodeCode(out, GSSENC_REQUEST_CODE);
    }
  }

  /// CancelRequest (F): `Int32 Int32(80877102) Int32(pid) Byte[n](secret)`. Has no answer.
  record CancelRequest(CancelKey key) implements StartupPacket {
    static CancelRequest decode(ByteBuf body) {
      int processId = WireReader.readInt32(body);
      int secretBytes = body.readableBytes();
      if (!CancelKey.isLegalLength(secretBytes)) {
        throw new ProtocolViolation(
            "invalid length of cancel key in cancel request packet: " + secretBytes);
      }
      return new CancelRequest(new CancelKey(processId, Bytes.read(body, secretBytes)));
    }

    @Override
    public void encode(ByteBuf out) {
      int mark = WireWriter.beginTagless(out);
      out.writeInt(CANCEL_REQUEST_CODE).writeInt(key.processId());
      key.secret().writeTo(out);
      WireWriter.end(out, mark);
    }
  }

  /// Well formed, of a protocol unknown here (2.0, 4.0, an unknown request code): PostgreSQL
  /// answers 0A000 "unsupported frontend protocol 2.0: server supports 3.0 to 3.2", and closes.
  record UnsupportedVersion(ProtocolVersion version) implements StartupPacket {
    @Override
    public void encode(ByteBuf out) {
      encodeCode(out, version.wire());
    }
  }
}
