package io.trunkline.protocol.message;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.BackendTag;
import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.CancelKey;
import io.trunkline.protocol.ProtocolVersion;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.WireReader;
import io.trunkline.protocol.WireWriter;
import java.util.ArrayList;
import java.util.List;

/// What a server may send, as far as the proxy reads or writes it; the rest passes as bytes. One
/// record per entry of the PostgreSQL docs, "Message Formats", under the same name; `(B)` is the
/// docs' mark for this direction. Cold: the hot path looks at tags and forwards bytes.
public sealed interface BackendMessage
    permits Authentication,
        BackendMessage.BackendKeyData,
        BackendMessage.BindComplete,
        BackendMessage.CloseComplete,
        BackendMessage.CommandComplete,
        BackendMessage.EmptyQueryResponse,
        BackendMessage.NegotiateProtocolVersion,
        BackendMessage.NoData,
        BackendMessage.NotificationResponse,
        BackendMessage.ParameterDescription,
        BackendMessage.ParameterStatus,
        BackendMessage.ParseComplete,
        BackendMessage.ReadyForQuery,
        DataRow,
        ErrorResponse,
        NoticeResponse,
        RowDescription {

  /// Writes the whole message, tag and length included.
  void encode(ByteBuf out);

  /// Reads the body of one complete message, all of it.
  ///
  /// @throws ProtocolViolation when the body is not what the tag says, or for the tag of a message
  ///   that is never read
  static BackendMessage decode(byte tag, ByteBuf body) {
    BackendMessage message =
        switch (tag) {
          case BackendTag.AUTHENTICATION -> Authentication.decode(body);
          case BackendTag.BACKEND_KEY_DATA -> BackendKeyData.decode(body);
          case BackendTag.BIND_COMPLETE -> new BindComplete();
          case BackendTag.CLOSE_COMPLETE -> new CloseComplete();
          case BackendTag.COMMAND_COMPLETE -> CommandComplete.decode(body);
          case BackendTag.DATA_ROW -> DataRow.decode(body);
          case BackendTag.EMPTY_QUERY_RESPONSE -> new EmptyQueryResponse();
          case BackendTag.ERROR_RESPONSE -> ErrorResponse.decode(body);
          case BackendTag.NEGOTIATE_PROTOCOL_VERSION -> NegotiateProtocolVersion.decode(body);
          case BackendTag.NO_DATA -> new NoData();
          case BackendTag.NOTICE_RESPONSE -> NoticeResponse.decode(body);
          case BackendTag.NOTIFICATION_RESPONSE -> NotificationResponse.decode(body);
          case BackendTag.PARAMETER_DESCRIPTION -> ParameterDescription.decode(body);
          case BackendTag.PARAMETER_STATUS -> ParameterStatus.decode(body);
          case BackendTag.PARSE_COMPLETE -> new ParseComplete();
          case BackendTag.READY_FOR_QUERY -> ReadyForQuery.decode(body);
          case BackendTag.ROW_DESCRIPTION -> RowDescription.decode(body);
          default ->
              throw new ProtocolViolation(
                  "unexpected message %s from the server".formatted(WireReader.quote(tag)));
        };
    WireReader.requireEnd(body);
    return message;
  }

  /// BackendKeyData (B): `Byte1('K') Int32 Int32(pid) Byten(secret)`.
  record BackendKeyData(CancelKey key) implements BackendMessage {
    public static BackendKeyData decode(ByteBuf body) {
      int processId = WireReader.readInt32(body);
      int secretBytes = body.readableBytes();
      if (!CancelKey.isLegalLength(secretBytes)) {
        throw new ProtocolViolation("cancel key of %d bytes".formatted(secretBytes));
      }
      return new BackendKeyData(new CancelKey(processId, Bytes.read(body, secretBytes)));
    }

    @Override
    public void encode(ByteBuf out) {
      int mark = WireWriter.begin(out, BackendTag.BACKEND_KEY_DATA);
      out.writeInt(key.processId());
      key.secret().writeTo(out);
      WireWriter.end(out, mark);
    }
  }

  /// BindComplete (B): `Byte1('2') Int32(4)`.
  record BindComplete() implements BackendMessage {
    @Override
    public void encode(ByteBuf out) {
      WireWriter.writeEmpty(out, BackendTag.BIND_COMPLETE);
    }
  }

  /// CloseComplete (B): `Byte1('3') Int32(4)`.
  record CloseComplete() implements BackendMessage {
    @Override
    public void encode(ByteBuf out) {
      WireWriter.writeEmpty(out, BackendTag.CLOSE_COMPLETE);
    }
  }

  /// CommandComplete (B): `Byte1('C') Int32 String(command tag)`.
  record CommandComplete(String commandTag) implements BackendMessage {
    public static CommandComplete decode(ByteBuf body) {
      return new CommandComplete(WireReader.readString(body));
    }

    @Override
    public void encode(ByteBuf out) {
      int mark = WireWriter.begin(out, BackendTag.COMMAND_COMPLETE);
      WireWriter.writeString(out, commandTag);
      WireWriter.end(out, mark);
    }
  }

  /// EmptyQueryResponse (B): `Byte1('I') Int32(4)`. In place of CommandComplete.
  record EmptyQueryResponse() implements BackendMessage {
    @Override
    public void encode(ByteBuf out) {
      WireWriter.writeEmpty(out, BackendTag.EMPTY_QUERY_RESPONSE);
    }
  }

  /// NegotiateProtocolVersion (B): `Byte1('v') Int32 Int32(version) Int32(options) String*`.
  ///
  /// The docs call the first field the newest minor version; what PostgreSQL sends, and libpq
  /// reads, is the whole version number, as in StartupMessage.
  record NegotiateProtocolVersion(ProtocolVersion newest, List<String> unrecognizedOptions)
      implements BackendMessage {
    public NegotiateProtocolVersion {
      unrecognizedOptions = List.copyOf(unrecognizedOptions);
    }

    public static NegotiateProtocolVersion decode(ByteBuf body) {
      ProtocolVersion newest = ProtocolVersion.of(WireReader.readInt32(body));
      int count = WireReader.readCount32(body, 1);
      List<String> options = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        options.add(WireReader.readString(body));
      }
      return new NegotiateProtocolVersion(newest, options);
    }

    @Override
    public void encode(ByteBuf out) {
      int mark = WireWriter.begin(out, BackendTag.NEGOTIATE_PROTOCOL_VERSION);
      out.writeInt(newest.wire()).writeInt(unrecognizedOptions.size());
      unrecognizedOptions.forEach(option -> WireWriter.writeString(out, option));
      WireWriter.end(out, mark);
    }
  }

  /// NoData (B): `Byte1('n') Int32(4)`. In place of RowDescription.
  record NoData() implements BackendMessage {
    @Override
    public void encode(ByteBuf out) {
      WireWriter.writeEmpty(out, BackendTag.NO_DATA);
    }
  }

  /// NotificationResponse (B): `Byte1('A') Int32 Int32(pid) String(channel) String(payload)`.
  record NotificationResponse(int processId, String channel, String payload)
      implements BackendMessage {
    public static NotificationResponse decode(ByteBuf body) {
      return new NotificationResponse(
          WireReader.readInt32(body), WireReader.readString(body), WireReader.readString(body));
    }

    @Override
    public void encode(ByteBuf out) {
      int mark = WireWriter.begin(out, BackendTag.NOTIFICATION_RESPONSE);
      out.writeInt(processId);
      WireWriter.writeString(out, channel);
      WireWriter.writeString(out, payload);
      WireWriter.end(out, mark);
    }
  }

  /// ParameterDescription (B): `Byte1('t') Int32 Int16(parameters) Int32(type)*`.
  record ParameterDescription(List<Integer> typeOids) implements BackendMessage {
    public ParameterDescription {
      typeOids = List.copyOf(typeOids);
    }

    public static ParameterDescription decode(ByteBuf body) {
      int count = WireReader.readCount16(body, Integer.BYTES);
      List<Integer> typeOids = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        typeOids.add(WireReader.readInt32(body));
      }
      return new ParameterDescription(typeOids);
    }

    @Override
    public void encode(ByteBuf out) {
      int mark = WireWriter.begin(out, BackendTag.PARAMETER_DESCRIPTION);
      out.writeShort(typeOids.size());
      typeOids.forEach(out::writeInt);
      WireWriter.end(out, mark);
    }
  }

  /// ParameterStatus (B): `Byte1('S') Int32 String(name) String(value)`. May come at any time.
  record ParameterStatus(String name, String value) implements BackendMessage {
    public static ParameterStatus decode(ByteBuf body) {
      return new ParameterStatus(WireReader.readString(body), WireReader.readString(body));
    }

    @Override
    public void encode(ByteBuf out) {
      int mark = WireWriter.begin(out, BackendTag.PARAMETER_STATUS);
      WireWriter.writeString(out, name);
      WireWriter.writeString(out, value);
      WireWriter.end(out, mark);
    }
  }

  /// ParseComplete (B): `Byte1('1') Int32(4)`.
  record ParseComplete() implements BackendMessage {
    @Override
    public void encode(ByteBuf out) {
      WireWriter.writeEmpty(out, BackendTag.PARSE_COMPLETE);
    }
  }

  /// ReadyForQuery (B): `Byte1('Z') Int32(5) Byte1(status)`. Ends a query cycle.
  record ReadyForQuery(TransactionStatus status) implements BackendMessage {
    public static ReadyForQuery decode(ByteBuf body) {
      return new ReadyForQuery(TransactionStatus.of(WireReader.readByte(body)));
    }

    @Override
    public void encode(ByteBuf out) {
      int mark = WireWriter.begin(out, BackendTag.READY_FOR_QUERY);
      out.writeByte(status.wire());
      WireWriter.end(out, mark);
    }
  }
}
