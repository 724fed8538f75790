package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.trunkline.pool.ServerConnection;
import io.trunkline.pool.SharedStatement;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrameScanner;
import io.trunkline.protocol.FrontendTag;
import io.trunkline.protocol.sql.ScannedStatements;
import io.trunkline.protocol.sql.StatementName;
import io.trunkline.proxy.session.ClientStatements.Entry;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Simple queries that execute or deallocate a statement by its SQL name. One that was prepared by
/// message has another name on the server, so the text is rewritten. To be executed, the statement
/// is made known there first; to be deallocated, one is made there for this purpose, so that the
/// answer, and its part in the transaction, are the server's own.
@EventLoopConfined
final class StatementsInSql {
  private final ClientSession session;
  private final StatementRelay statements;
  private final RequestWriter writer;

  StatementsInSql(ClientSession session, StatementRelay statements, RequestWriter writer) {
    this.session = session;
    this.statements = statements;
    this.writer = writer;
  }

  /// A simple query at `start` in which `found` was found.
  ///
  /// @return its subject; see [StatementRelay#onSkipped]
  @Nullable Object onQuery(ByteBuf in, int start, int frameBytes, ScannedStatements found) {
    ServerConnection server = session.requireServer();
    if (!session.tracksStatements()
        || !found.singleStatement()
        || server.pending().isSkipping()
        || statements.provision().isRefused()) {
      return null;
    }
    @Nullable Object subject = null;
    for (StatementName name : found.executed()) {
      SharedStatement statement = named(name);
      if (statement != null) {
        SharedStatement known = statements.provision().provide(statement, in, start);
        rewriteQuery(server, in, start, frameBytes, name, known.name());
      }
    }
    for (StatementName name : found.deallocated()) {
      byte[] bytes = name.name().getBytes(StandardCharsets.UTF_8);
      if (statements.names().remove(Unpooled.wrappedBuffer(bytes), 0, bytes.length)
          instanceof Entry closed) {
        subject = new StatementRelay.NamedClose(closed);
        if (!isResetBefore(closed)) {
          rewriteDeallocate(in, start, frameBytes, name);
        }
      }
    }
    return subject;
  }

  /// Whether a command on its way leaves nothing to deallocate.
  private boolean isResetBefore(Entry closed) {
    return session.sessionState().isResetUnderWay() && statements.names().isBeforeReset(closed);
  }

  private @Nullable SharedStatement named(StatementName name) {
    byte[] bytes = name.name().getBytes(StandardCharsets.UTF_8);
    return statements.names().get(Unpooled.wrappedBuffer(bytes), 0, bytes.length);
  }

  private void rewriteDeallocate(ByteBuf in, int start, int frameBytes, StatementName name) {
    statements.provision().makeDoomed(in, start);
    rewriteQuery(session.requireServer(), in, start, frameBytes, name, StatementProvision.DOOMED);
  }

  /// Replaces a name in the text of a simple query.
  private void rewriteQuery(
      ServerConnection server,
      ByteBuf in,
      int start,
      int frameBytes,
      StatementName name,
      byte[] instead) {
    ByteBuf out = writer.replace(server.channel(), in, start, name.end());
    int growth = instead.length - (name.end() - name.start());
    int textStart = start + FrameScanner.HEADER_BYTES;
    out.writeByte(FrontendTag.QUERY).writeInt(frameBytes - 1 + growth);
    out.writeBytes(in, textStart, name.start() - textStart).writeBytes(instead);
  }
}
