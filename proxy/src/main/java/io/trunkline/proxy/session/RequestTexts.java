package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.trunkline.pool.SharedStatement;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrameScanner;
import io.trunkline.protocol.FrontendTag;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// What the requests of one read are about, message by message, from the first on. Cold: asked only
/// when a server was lost. What is not known is taken for the worst.
@EventLoopConfined
final class RequestTexts {
  private final StatementRelay statements;

  /// Whether a statement was bound: what is executed behind it has been looked at.
  private boolean bound;

  /// What was parsed here, by name: with the server these names were lost.
  private final Map<String, StatementKind> parsed = new HashMap<>();

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
        parsed.put(text(in, body, nameEnd), of(in, nameEnd + 1, end));
        yield StatementKind.READ; // of no weight before it is bound
      }
      case FrontendTag.BIND -> {
        bound = true;
        yield ofBind(in, NameInMessage.ofBind(in, start, frameBytes));
      }
      case FrontendTag.EXECUTE -> bound ? StatementKind.READ : StatementKind.OTHER;
      case FrontendTag.DESCRIBE, FrontendTag.CLOSE, FrontendTag.FLUSH, FrontendTag.SYNC ->
          StatementKind.READ; // of no weight
      default -> StatementKind.OTHER;
    };
  }

  private static String text(ByteBuf in, int start, int end) {
    return end < start ? "" : in.toString(start, end - start, StandardCharsets.UTF_8);
  }

  private static StatementKind of(ByteBuf in, int start, int limit) {
    int end = RequestRelay.endOfString(in, start, limit);
    return end < 0 ? StatementKind.OTHER : StatementKind.of(text(in, start, end));
  }

  private StatementKind ofBind(ByteBuf in, NameInMessage name) {
    if (name.end() < 0) {
      return StatementKind.OTHER;
    }
    StatementKind here = parsed.get(name.in(in));
    if (here != null) {
      return here;
    }
    if (name.bytes() == 0) {
      return StatementKind.of(statements.unnamed().text());
    }
    SharedStatement statement = statements.names().get(in, name.start(), name.bytes());
    return statement == null ? StatementKind.OTHER : StatementKind.of(statement.query());
  }
}
