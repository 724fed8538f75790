package io.trunkline.pool;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.FrontendTag;

/// A Query message of ours: `Byte1('Q') Int32 String(sql)`, of bytes and not of characters, because
/// only who asks knows the encoding of the session.
final class OwnQuery {
  private OwnQuery() {}

  static void encode(byte[] sql, ByteBuf out) {
    out.writeByte(FrontendTag.QUERY);
    out.writeInt(Integer.BYTES + sql.length + 1).writeBytes(sql).writeByte(0);
  }
}
