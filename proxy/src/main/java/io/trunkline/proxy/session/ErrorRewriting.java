package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.trunkline.pool.ErrorTexts;
import io.trunkline.pool.PendingResponses.Verdict;
import io.trunkline.pool.ServerConnection;
import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.message.ErrorResponse;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The few server errors that do not reach a client as they are: those that name a statement by our
/// name for it, and those of a cancel that was ours.
final class ErrorRewriting {
  private ErrorRewriting() {}

  static Verdict onError(ClientSession session, ByteBuf in, int start, int frameBytes) {
    ServerConnection server = session.requireServer();
    ErrorResponse instead = instead(session, server, in, start, frameBytes);
    if (instead == null) {
      return Verdict.FORWARD;
    }
    Channel client = session.channel();
    ByteBuf out = client.alloc().buffer();
    instead.encode(out);
    server.insertBefore(in, start, out);
    return Verdict.SWALLOW;
  }

  private static @Nullable ErrorResponse instead(
      ClientSession session, ServerConnection server, ByteBuf in, int start, int frameBytes) {
    String sqlState = ErrorTexts.field(in, start, frameBytes, 'C');
    if (SqlState.DUPLICATE_PREPARED_STATEMENT.equals(sqlState)
        && server.pending().headSubject() instanceof StatementRelay.Duplicate(String name)) {
      return ClientErrors.duplicateStatement(name);
    }
    if (SqlState.INVALID_SQL_STATEMENT_NAME.equals(sqlState)
        && server.pending().headSubject() instanceof ClientStatements.Entry entry) {
      return ClientErrors.unknownStatement(new String(entry.name(), StandardCharsets.UTF_8));
    }
    if (SqlState.QUERY_CANCELED.equals(sqlState) && session.timeouts().cancelledByUs()) {
      return ClientErrors.queryTimeout();
    }
    return null;
  }
}
