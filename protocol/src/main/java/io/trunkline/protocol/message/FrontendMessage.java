package io.trunkline.protocol.message;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.FrontendTag;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.WireReader;
import io.trunkline.protocol.WireText;
import io.trunkline.protocol.WireWriter;
import io.trunkline.settings.Secret;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a client may send, as far as the proxy reads or writes it; the rest passes as bytes. One
/// record per entry of the PostgreSQL docs, "Message Formats", under the same name; `(F)` is the
/// docs' mark for this direction. Cold: the hot path looks at tags and forwards bytes.
///
/// The packets without a tag are in [io.trunkline.protocol.StartupPacket].
public sealed interface FrontendMessage
    permits Bind,
        FrontendMessage.Close,
        FrontendMessage.Describe,
        FrontendMessage.Execute,
        FrontendMessage.Flush,
        FrontendMessage.Parse,
        FrontendMessage.PasswordMessage,
        FrontendMessage.Query,
        FrontendMessage.SASLInitialResponse,
        FrontendMessage.SASLResponse,
        FrontendMessage.Sync,
        FrontendMessage.Terminate {

  /// Writes the whole message, tag and length included.
  void encode(ByteBuf out);

  /// Reads the body of one complete message that is legal after login, all of it. The messages of a
  /// login share one tag and are read where it is known which one is due.
  ///
  /// @throws ProtocolViolation when the body is not what the tag says, or for the tag of a message
  ///   that is never read
  static FrontendMessage decode(byte tag, ByteBuf body) {
    FrontendMessage message =
        switch (tag) {
          case FrontendTag.BIND -> Bind.decode(body);
          case FrontendTag.CLOSE -> new Close(Target.decode(body));
          case FrontendTag.DESCRIBE -> new Describe(Target.decode(body));
          case FrontendTag.EXECUTE -> Execute.decode(body);
          case FrontendTag.FLUSH -> new Flush();
          case FrontendTag.PARSE -> Parse.decode(body);
          case FrontendTag.QUERY -> Query.decode(body);
          case FrontendTag.SYNC -> new Sync();
          case FrontendTag.TERMINATE -> new Terminate();
          default ->
              throw new ProtocolViolation(
                  "unexpected message %s from the client".formatted(WireReader.quote(tag)));
        };
    WireReader.requireEnd(body);
    return message;
  }

  /// Close (F): `Byte1('C') Int32 Byte1('S' or 'P') String(name)`.
  record Close(Target target) implements FrontendMessage {
    @Override
    public void encode(ByteBuf out) {
      target.encode(out, FrontendTag.CLOSE);
    }
  }

  /// Describe (F): `Byte1('D') Int32 Byte1('S' or 'P') String(name)`.
  record Describe(Target target) implements FrontendMessage {
    @Override
    public void encode(ByteBuf out) {
      target.encode(out, FrontendTag.DESCRIBE);
    }
  }

  /// Execute (F): `Byte1('E') Int32 String(portal) Int32(rows at most)`; zero or less: no limit.
  record Execute(String portal, int rowsMax) implements FrontendMessage {
    public static Execute decode(ByteBuf body) {
      return new Execute(WireReader.readString(body), WireReader.readInt32(body));
    }

    @Override
    public void encode(ByteBuf out) {
      int mark = WireWriter.begin(out, FrontendTag.EXECUTE);
      WireWriter.writeString(out, portal);
      out.writeInt(rowsMax);
      WireWriter.end(out, mark);
    }
  }

  /// Flush (F): `Byte1('H') Int32(4)`.
  record Flush() implements FrontendMessage {
    @Override
    public void encode(ByteBuf out) {
      WireWriter.writeEmpty(out, FrontendTag.FLUSH);
    }
  }

  /// Parse (F): `Byte1('P') Int32 String(statement) String(query) Int16(types) Int32(type)*`.
  record Parse(String statement, String sql, List<Integer> typeOids) implements FrontendMessage {
    public Parse {
      typeOids = List.copyOf(typeOids);
    }

    public static Parse decode(ByteBuf body) {
      String statement = WireReader.readString(body);
      String sql = WireReader.readString(body);
      int count = WireReader.readCount16(body, Integer.BYTES);
      List<Integer> typeOids = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        typeOids.add(WireReader.readInt32(body));
      }
      return new Parse(statement, sql, typeOids);
    }

    @Override
    public void encode(ByteBuf out) {
      int mark = WireWriter.begin(out, FrontendTag.PARSE);
      WireWriter.writeString(out, statement);
      WireWriter.writeString(out, sql);
      out.writeShort(typeOids.size());
      typeOids.forEach(out::writeInt);
      WireWriter.end(out, mark);
    }
  }

  /// PasswordMessage (F): `Byte1('p') Int32 String(password)`; the password is the md5 answer where
  /// the server asked for that.
  record PasswordMessage(Secret password) implements FrontendMessage {
    public static PasswordMessage decode(ByteBuf body) {
      Secret password = Secret.of(WireReader.readString(body));
      WireReader.requireEnd(body);
      return new PasswordMessage(password);
    }

    @Override
    public void encode(ByteBuf out) {
      int mark = WireWriter.begin(out, FrontendTag.PASSWORD);
      WireWriter.writeString(out, password.reveal());
      WireWriter.end(out, mark);
    }
  }

  /// Query (F): `Byte1('Q') Int32 String(query)`.
  record Query(String sql) implements FrontendMessage {
    public static Query decode(ByteBuf body) {
      return new Query(WireReader.readString(body));
    }

    @Override
    public void encode(ByteBuf out) {
      int mark = WireWriter.begin(out, FrontendTag.QUERY);
      WireWriter.writeString(out, sql);
      WireWriter.end(out, mark);
    }
  }

  /// SASLInitialResponse (F): `Byte1('p') Int32 String(mechanism) Int32(length) Byten(data)`, a
  /// length of -1 for no data.
  record SASLInitialResponse(String mechanism, @Nullable String data) implements FrontendMessage {
    private static final int NO_DATA = -1;

    public static SASLInitialResponse decode(ByteBuf body) {
      String mechanism = WireReader.readString(body);
      int length = WireReader.readInt32(body);
      String data = length == NO_DATA ? null : WireReader.readText(body, length);
      WireReader.requireEnd(body);
      return new SASLInitialResponse(mechanism, data);
    }

    @Override
    public void encode(ByteBuf out) {
      int mark = WireWriter.begin(out, FrontendTag.PASSWORD);
      WireWriter.writeString(out, mechanism);
      if (data == null) {
        out.writeInt(NO_DATA);
      } else {
        byte[] bytes = WireText.encode(data);
        out.writeInt(bytes.length).writeBytes(bytes);
      }
      WireWriter.end(out, mark);
    }
  }

  /// SASLResponse (F): `Byte1('p') Int32 Byten(data)`.
  record SASLResponse(String data) implements FrontendMessage {
    public static SASLResponse decode(ByteBuf body) {
      return new SASLResponse(WireReader.readText(body, body.readableBytes()));
    }

    @Override
    public void encode(ByteBuf out) {
      int mark = WireWriter.begin(out, FrontendTag.PASSWORD);
      WireWriter.writeText(out, data);
      WireWriter.end(out, mark);
    }
  }

  /// Sync (F): `Byte1('S') Int32(4)`.
  record Sync() implements FrontendMessage {
    @Override
    public void encode(ByteBuf out) {
      WireWriter.writeEmpty(out, FrontendTag.SYNC);
    }
  }

  /// Terminate (F): `Byte1('X') Int32(4)`.
  record Terminate() implements FrontendMessage {
    @Override
    public void encode(ByteBuf out) {
      WireWriter.writeEmpty(out, FrontendTag.TERMINATE);
    }
  }
}
