package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.trunkline.pool.ErrorTexts;
import io.trunkline.pool.PendingResponses.Verdict;
import io.trunkline.pool.ServerConnection;
import io.trunkline.pool.SharedStatement;
import io.trunkline.protocol.FrameScanner;
import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.message.ErrorFields;
import io.trunkline.protocol.message.ErrorFields.Field;
import io.trunkline.protocol.message.ErrorResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The few server errors that do not reach a client as they are: those that name a statement by our
/// name for it, and those of a cancel that was ours.
final class ErrorRewriting {
  private static final Pattern OUR_NAME =
      Pattern.compile('"' + SharedStatement.NAME_PREFIX + "[0-9a-z]+\"");

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
        && server.pending().headSubject() instanceof StatementRelay.Duplicate(String name, _)) {
      return ClientErrors.duplicateStatement(name);
    }
    if (server.pending().headSubject() instanceof ClientStatements.Entry entry) {
      return renamed(in, start, frameBytes, new String(entry.name(), StandardCharsets.UTF_8));
    }
    if (SqlState.QUERY_CANCELED.equals(sqlState) && session.timeouts().cancelledByUs()) {
      return ClientErrors.queryTimeout();
    }
    return null;
  }

  /// The error with the client's name for a statement in the place of ours; null if ours is not in
  /// it.
  private static @Nullable ErrorResponse renamed(
      ByteBuf in, int start, int frameBytes, String name) {
    int body = start + FrameScanner.HEADER_BYTES;
    ErrorResponse error =
        ErrorResponse.decode(in.slice(body, frameBytes - FrameScanner.HEADER_BYTES));
    if (!OUR_NAME.matcher(error.message()).find()) {
      return null;
    }
    String theirs = Matcher.quoteReplacement('"' + name + '"');
    List<Field> fields =
        error.fields().fields().stream()
            .map(field ->
                new Field(field.type(), OUR_NAME.matcher(field.value()).replaceAll(theirs)))
            .toList();
    return new ErrorResponse(new ErrorFields(fields));
  }
}
