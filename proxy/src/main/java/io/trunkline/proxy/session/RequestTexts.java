package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.trunkline.pool.SharedStatement;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrameScanner;
import io.trunkline.protocol.FrontendTag;
import java.nio.charset.StandardCharsets;

/// What the requests of one read are about, message by message, from the first on. Cold: asked only
/// when a server was lost. What is not known is taken for the worst.
@EventLoopConfined
final class RequestTexts {
  private final StatementRelay statements;

  /// Whether a statement was bound: what is executed behind it has been looked at.
  private boolean bound;

  private boolean parsedUnnamed;

  RequestTexts(StatementRelay statements) {
    this.statements = statements;
  }

  /// What the message at `start` makes the server do.
  StatementKind kind(ByteBuf in, int start, int frameBytes) {
    int body = start + FrameScanner.HEADER_BYTES;
    int end = start + frameBytes;
    return switch (in.getByte(start)) {
      case FrontendTag.QUERY -> of(in, body, end);
      case FrontendTag.PARSE -> {
        int nameEnd = RequestRelay.endOfString(in, body, end);
        parsedUnnamed |= nameEnd == body;
        yield of(in, nameEnd + 1, end);
      }
      case FrontendTag.BIND -> {
        bound = true;
        yield ofBind(in, NameInMessage.ofBind(in, start, frameBytes));
      }
      case FrontendTag.EXECUTE -> bound ? StatementKind.PLAIN : StatementKind.OTHER;
      case FrontendTag.DESCRIBE, FrontendTag.CLOSE, FrontendTag.FLUSH, FrontendTag.SYNC ->
          StatementKind.PLAIN;
      default -> StatementKind.OTHER;
    };
  }

  private static StatementKind of(ByteBuf in, int start, int limit) {
    int end = RequestRelay.endOfString(in, start, limit);
    return end < 0
        ? StatementKind.OTHER
        : StatementKind.of(in.toString(start, end - start, StandardCharsets.UTF_8));
  }

  private StatementKind ofBind(ByteBuf in, NameInMessage name) {
    if (name.end() < 0) {
      return StatementKind.OTHER;
    }
    if (name.bytes() == 0) {
      return parsedUnnamed ? StatementKind.PLAIN : StatementKind.of(statements.unnamed().text());
    }
    SharedStatement statement = statements.names().get(in, name.start(), name.bytes());
    return statement == null ? StatementKind.OTHER : StatementKind.of(statement.query());
  }
}
