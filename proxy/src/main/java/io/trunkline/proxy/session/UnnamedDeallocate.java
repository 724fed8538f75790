package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrameScanner;
import io.trunkline.protocol.FrontendTag;
import io.trunkline.protocol.sql.ScannedStatements;
import io.trunkline.protocol.sql.SessionEffect;
import io.trunkline.protocol.sql.StatementName;
import io.trunkline.proxy.session.ClientStatements.Entry;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// DEALLOCATE in the extended protocol, of a statement that was prepared by message and so has
/// another name on the server: psycopg drops what it has prepared in this way. The text is
/// rewritten when it is parsed, and the statement it names then is made when it is bound; see
/// [StatementsInSql], which does the same for simple queries.
@EventLoopConfined
final class UnnamedDeallocate {
  private final ClientSession session;
  private final ClientStatements names;
  private final UnnamedStatement unnamed;
  private final StatementProvision provision;

  UnnamedDeallocate(
      ClientSession session,
      ClientStatements names,
      UnnamedStatement unnamed,
      StatementProvision provision) {
    this.session = session;
    this.names = names;
    this.unnamed = unnamed;
    this.provision = provision;
  }

  /// Remembers the Parse of an unnamed statement, rewritten if it has to be.
  ///
  /// @param queryEnd where the terminator of its text is
  /// @return whether the server must be sent what is remembered, and not what came
  boolean remember(ByteBuf in, int start, int frameBytes, int queryEnd, int effects) {
    if ((effects & SessionEffect.DEALLOCATE) != 0) {
      int text = start + FrameScanner.HEADER_BYTES + 1;
      ScannedStatements found = session.context().sqlScanner().describe(in, text, queryEnd);
      if (found.singleStatement() && found.deallocated().size() == 1) {
        StatementName name = found.deallocated().getFirst();
        byte[] bytes = name.name().getBytes(StandardCharsets.UTF_8);
        if (names.get(Unpooled.wrappedBuffer(bytes), 0, bytes.length) != null) {
          rewrite(in, start, start + frameBytes, name, effects);
          unnamed.deallocates(bytes);
          return true;
        }
      }
    }
    unnamed.remember(in, start, frameBytes, effects);
    return false;
  }

  /// Remembers a Parse again that was answered before; one of a named statement changes nothing.
  void recall(ByteBuf in, int start, int frameBytes) {
    int text = start + FrameScanner.HEADER_BYTES + 1;
    int end = RequestRelay.endOfString(in, text, start + frameBytes);
    if (in.getByte(text - 1) == 0 && end >= 0) {
      int effects = session.context().sqlScanner().scan(in, text, end);
      remember(in, start, frameBytes, end, effects);
    }
  }

  private void rewrite(ByteBuf in, int start, int end, StatementName name, int effects) {
    Channel server = session.requireServer().channel();
    int growth = StatementProvision.DOOMED.length - (name.end() - name.start());
    int body = start + FrameScanner.HEADER_BYTES;
    ByteBuf parse = server.alloc().buffer(end - start + growth);
    parse.writeByte(FrontendTag.PARSE).writeInt(end - start - 1 + growth);
    parse.writeBytes(in, body, name.start() - body).writeBytes(StatementProvision.DOOMED);
    parse.writeBytes(in, name.end(), end - name.end());
    unnamed.remember(parse, 0, parse.readableBytes(), effects);
    parse.release();
  }

  /// Sees to it that the server has what a Bind of the unnamed statement at `start` will drop.
  ///
  /// @return the subject of the Bind; null when it drops nothing
  StatementRelay.@Nullable NamedClose beforeBind(ByteBuf in, int start) {
    byte[] name = unnamed.deallocated();
    if (name != null
        && !provision.isRefused()
        && names.remove(Unpooled.wrappedBuffer(name), 0, name.length) instanceof Entry closed) {
      provision.makeDoomed(in, start);
      return new StatementRelay.NamedClose(closed);
    }
    return null;
  }
}
