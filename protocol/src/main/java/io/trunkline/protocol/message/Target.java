package io.trunkline.protocol.message;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.WireReader;
import io.trunkline.protocol.WireWriter;

/// What Describe and Close are about: `Byte1('S' or 'P') String(name)`, the unnamed one for the
/// empty name.
public record Target(Kind kind, String name) {

  public enum Kind {
    STATEMENT('S'),
    PORTAL('P');

    private final byte wire;

    Kind(char wire) {
      this.wire = (byte) wire;
    }
  }

  public static Target statement(String name) {
    return new Target(Kind.STATEMENT, name);
  }

  public static Target portal(String name) {
    return new Target(Kind.PORTAL, name);
  }

  static Target decode(ByteBuf body) {
    byte wire = WireReader.readByte(body);
    Kind kind =
        switch (wire) {
          case 'S' -> Kind.STATEMENT;
          case 'P' -> Kind.PORTAL;
          default ->
              throw new ProtocolViolation(
                  "invalid target %s: 'S' or 'P' are allowed".formatted(WireReader.quote(wire)));
        };
    return new Target(kind, WireReader.readString(body));
  }

  void encode(ByteBuf out, byte tag) {
    int mark = WireWriter.begin(out, tag);
    out.writeByte(kind.wire);
    WireWriter.writeString(out, name);
    WireWriter.end(out, mark);
  }
}
