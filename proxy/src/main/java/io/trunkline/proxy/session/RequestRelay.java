package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.trunkline.pool.PendingResponses;
import io.trunkline.pool.Request;
import io.trunkline.pool.ServerConnection;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrameScanner;
import io.trunkline.protocol.FrontendTag;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.sql.ScannedStatements;
import io.trunkline.protocol.sql.SessionEffect;
import org.jspecify.annotations.Nullable;

/// Hot path. What a client sends, from its buffer to its server: each message enters the server's
/// queue of pending responses, its text is scanned for what it may do to the session, statement
/// names become those that servers know, and the rest goes as it came.
///
/// Asks the session for a server when a message needs one and there is none; stops there until the
/// session has got one.
@EventLoopConfined
final class RequestRelay implements FrameScanner.Sink {
  /// A message up to this size is waited for and looked at as a whole; larger ones are streamed.
  static final int INSPECT_BYTES_MAX = 128 * 1024;

  /// PostgreSQL takes no longer messages of the kinds that have no need to be long
  /// (`PQ_SMALL_MESSAGE_LIMIT`).
  private static final int SMALL_BYTES_MAX = 10_000;

  /// Of a streamed Bind, at least the names have to be in here.
  private static final int HEAD_BYTES_MIN = 4 * 1024;

  /// Which PostgreSQL was the first to close a connection for a message amid COPY data that is
  /// none.
  private static final int COPY_BREAKS_SESSION_SINCE = 14;

  private final ClientSession session;
  private final StatementRelay statements;
  private final FrameScanner scanner = new FrameScanner(INSPECT_BYTES_MAX, HEAD_BYTES_MIN);
  private final RequestWriter writer = new RequestWriter();
  private final StatementsInSql inSql;
  private final Replay replay;
  private final KnownParse known;

  /// Whether the rest of a streamed message is to be dropped.
  private boolean droppingBody;

  private boolean blocked;

  RequestRelay(ClientSession session) {
    this.session = session;
    this.statements = new StatementRelay(session, writer);
    this.inSql = new StatementsInSql(session, statements, writer);
    this.replay = new Replay(session, this);
    this.known = new KnownParse(session, statements.names());
  }

  StatementRelay statements() {
    return statements;
  }

  Replay replay() {
    return replay;
  }

  /// Relays as much of `in` as can be. Takes ownership.
  ///
  /// @return what has to be offered again, when more has come or when there is a server; null for
  ///   nothing
  @Nullable ByteBuf relay(ByteBuf in) {
    writer.begin(in);
    int start = in.readerIndex();
    boolean mayKeep = replay.mayKeep() && !scanner.inFrame();
    try {
      blocked = !scanner.scan(in, session.profile().messageBytesMax(), this);
    } catch (ProtocolViolation violation) {
      writer.discard();
      in.release();
      throw violation;
    }
    boolean unread = in.isReadable();
    if (!unread) {
      session.refusal().onReadEnd();
    }
    if (mayKeep && !blocked && !scanner.inFrame()) {
      replay.keep(in, start, in.readerIndex());
    } else if (mayKeep) {
      replay.drop();
    }
    ServerConnection server = session.server();
    if (server != null) {
      writer.finish(server.channel(), in, in.readerIndex());
    }
    if (unread) {
      return in;
    }
    in.release();
    return null;
  }

  /// Whether the last [#relay] stopped because there was no server, and not because a message was
  /// incomplete.
  boolean isBlocked() {
    return blocked;
  }

  /// Whether the server has got a part of a message, and waits for the rest.
  boolean isMidMessage() {
    return scanner.inFrame() && !droppingBody;
  }

  @Override
  public boolean onTooLong(ByteBuf in, byte tag, int start, int frameBytes) {
    throw new ProtocolViolation(
        "invalid message length: %d bytes, and max_message_bytes allows %d"
            .formatted(frameBytes, session.profile().messageBytesMax()));
  }

  @Override
  public void onPartial(byte tag, int frameBytes) {
    switch (tag) {
      case FrontendTag.QUERY,
          FrontendTag.PARSE,
          FrontendTag.BIND,
          FrontendTag.FUNCTION_CALL,
          FrontendTag.COPY_DATA -> {
        // may be of any length
      }
      case FrontendTag.DESCRIBE,
          FrontendTag.EXECUTE,
          FrontendTag.CLOSE,
          FrontendTag.FLUSH,
          FrontendTag.SYNC,
          FrontendTag.COPY_DONE,
          FrontendTag.COPY_FAIL,
          FrontendTag.TERMINATE -> {
        if (frameBytes > SMALL_BYTES_MAX) {
          throw new ProtocolViolation("invalid message length");
        }
      }
      default -> throw new ProtocolViolation("invalid frontend message type " + (tag & 0xff));
    }
  }

  @Override
  public boolean streams(byte tag) {
    return tag == FrontendTag.COPY_DATA;
  }

  @Override
  public boolean onFrame(ByteBuf in, byte tag, int start, int frameBytes) {
    if (session.refusal().isActive()) {
      return refuse(tag, start + frameBytes);
    }
    boolean taken = breaksCopy(tag) || dispatch(in, tag, start, frameBytes);
    return taken || (session.refusal().isActive() && refuse(tag, start + frameBytes));
  }

  /// Whether this message comes amid COPY data and is none: the COPY fails of it, and it has no
  /// answer of its own. Unless the COPY has failed before, unknown to us; from version 14 on it has
  /// if anything is answered at all, for otherwise the server closes the connection.
  private boolean breaksCopy(byte tag) {
    ServerConnection server = session.server();
    if (server == null || !server.inCopyIn() || belongsToCopy(tag)) {
      return false;
    }
    server.copyInEnded();
    if (server.parameters().majorVersion() >= COPY_BREAKS_SESSION_SINCE) {
      session.sessionState().noteDoubt(); // so that the server gets it, in some form
      return false;
    }
    server.pending().noteIgnored();
    return true;
  }

  private static boolean belongsToCopy(byte tag) {
    return switch (tag) {
      case FrontendTag.COPY_DATA,
          FrontendTag.COPY_DONE,
          FrontendTag.COPY_FAIL,
          FrontendTag.FLUSH,
          FrontendTag.SYNC,
          FrontendTag.TERMINATE ->
          true;
      default -> false;
    };
  }

  private boolean refuse(byte tag, int end) {
    if (tag == FrontendTag.TERMINATE) {
      session.onTerminate();
      return false;
    }
    session.refusal().onMessage(tag);
    writer.skipTo(end);
    return true;
  }

  private boolean dispatch(ByteBuf in, byte tag, int start, int frameBytes) {
    if (session.server() == null
        && !session.aftermath().lostBlock().isOpen()
        && known.answers(in, tag, start, frameBytes)) {
      writer.skipTo(start + frameBytes);
      return true;
    }
    if (replay.wasAnswered(tag)) {
      statements.onAnsweredBefore(in, tag, start, frameBytes);
      return true;
    }
    return switch (tag) {
      case FrontendTag.QUERY -> onQuery(in, start, frameBytes);
      case FrontendTag.BIND -> ready(tag) && statements.onBind(in, start, frameBytes, frameBytes);
      case FrontendTag.EXECUTE -> ready(tag) && expect(Request.EXECUTE);
      case FrontendTag.SYNC -> ready(tag) && onSync();
      case FrontendTag.PARSE -> ready(tag) && statements.onParse(in, start, frameBytes);
      case FrontendTag.DESCRIBE -> ready(tag) && statements.onDescribe(in, start, frameBytes);
      case FrontendTag.CLOSE -> ready(tag) && statements.onClose(in, start, frameBytes);
      default -> onRare(in, tag, start, frameBytes);
    };
  }

  private boolean onRare(ByteBuf in, byte tag, int start, int frameBytes) {
    switch (tag) {
      case FrontendTag.COPY_DATA, FrontendTag.COPY_DONE, FrontendTag.COPY_FAIL -> {
        onCopy(tag, start + frameBytes);
        return true;
      }
      case FrontendTag.FLUSH -> {
        if (session.server() == null) {
          writer.skipTo(start + frameBytes); // nothing was asked, so nothing is to be flushed
        }
        return true;
      }
      case FrontendTag.FUNCTION_CALL -> {
        return ready(tag) && onFunctionCall();
      }
      case FrontendTag.TERMINATE -> {
        if (session.server() instanceof ServerConnection server) {
          writer.finish(server.channel(), in, start);
        }
        session.onTerminate();
        return false;
      }
      default -> throw new ProtocolViolation("invalid frontend message type " + (tag & 0xff));
    }
  }

  @Override
  public boolean onFrameHead(ByteBuf in, byte tag, int start, int bytesHere, int frameBytes) {
    if (session.refusal().isActive()) {
      return refuseHead(tag, start + bytesHere);
    }
    boolean taken = dispatchHead(in, tag, start, bytesHere, frameBytes);
    return taken || (session.refusal().isActive() && refuseHead(tag, start + bytesHere));
  }

  private boolean refuseHead(byte tag, int end) {
    droppingBody = true;
    return refuse(tag, end);
  }

  private boolean dispatchHead(ByteBuf in, byte tag, int start, int bytesHere, int frameBytes) {
    droppingBody = false;
    switch (tag) {
      case FrontendTag.COPY_DATA -> {
        droppingBody = session.server() == null;
        if (droppingBody) {
          writer.skipTo(start + bytesHere);
        }
        return true;
      }
      case FrontendTag.QUERY -> {
        return ready(tag) && onLargeQuery();
      }
      case FrontendTag.BIND -> {
        return ready(tag) && statements.onBind(in, start, bytesHere, frameBytes);
      }
      case FrontendTag.PARSE -> {
        return ready(tag) && statements.onLargeParse(in, start, bytesHere);
      }
      case FrontendTag.FUNCTION_CALL -> {
        return ready(tag) && onFunctionCall();
      }
      default ->
          throw new ProtocolViolation(
              "message '%c' of %d bytes".formatted((char) (tag & 0xff), frameBytes));
    }
  }

  @Override
  public void onFrameBody(ByteBuf in, int start, int bytes, boolean last) {
    ServerConnection server = session.server();
    if (droppingBody || server == null) {
      writer.skipTo(start + bytes);
    }
  }

  /// Whether there is a server to send to; asks for one otherwise.
  private boolean ready(byte tag) {
    return session.ready(tag);
  }

  private boolean onQuery(ByteBuf in, int start, int frameBytes) {
    if (!session.profile().pool().simpleQueries()) {
      throw new ProtocolViolation("PQexec disallowed"); // as PgBouncer words it
    }
    if (!session.ready(FrontendTag.QUERY)) {
      return false;
    }
    int textStart = start + FrameScanner.HEADER_BYTES;
    int textEnd = start + frameBytes - 1;
    @Nullable Object subject = null;
    if (session.tracksState()) {
      session.staying().slate().onOther();
      if (textEnd < textStart || in.getByte(textEnd) != 0) {
        return onLargeQuery(); // not terminated: the server will say so
      }
      int effects = session.context().sqlScanner().scan(in, textStart, textEnd);
      if (effects != SessionEffect.NONE) {
        ScannedStatements found = session.context().sqlScanner().describe(in, textStart, textEnd);
        session.sessionState().noteDescribed(found);
        subject = inSql.onQuery(in, start, frameBytes, found);
      }
    } else {
      session.staying().slate().onQuery(in, textStart, Math.max(textStart, textEnd));
    }
    statements.forgetUnnamed();
    return expectCycle(Request.QUERY, subject);
  }

  private boolean onLargeQuery() {
    if (session.tracksState()) {
      session.sessionState().noteUnreadable();
    }
    session.staying().slate().onOther();
    statements.forgetUnnamed();
    return expectCycle(Request.QUERY, null);
  }

  private boolean onFunctionCall() {
    session.staying().slate().onOther();
    return expectCycle(Request.FUNCTION_CALL, null);
  }

  private boolean expectCycle(Request request, @Nullable Object subject) {
    pending().addForwarded(request, subject);
    session.timeouts().onRequestSent();
    return true;
  }

  private boolean expect(Request request) {
    pending().addForwarded(request, null);
    return true;
  }

  private boolean onSync() {
    ServerConnection server = session.requireServer();
    if (server.inCopyIn()) {
      server.pending().noteIgnored(); // the server ignores a Sync amid COPY data
    } else {
      session.staying().slate().onOther(); // what it ends was an extended query
      server.pending().addForwarded(Request.SYNC, null);
      session.timeouts().onRequestSent();
    }
    return true;
  }

  /// COPY data for nobody is what a client sends on before it has read that its COPY failed; the
  /// server would ignore it as well.
  private void onCopy(byte tag, int end) {
    replay.noteCopy();
    ServerConnection server = session.server();
    if (server == null) {
      writer.skipTo(end);
    } else if (tag != FrontendTag.COPY_DATA) {
      if (server.inCopyIn()) {
        server.copyInEnded();
      } else {
        server.pending().addCopyEnd(); // the COPY may be about to begin
      }
    }
  }

  private PendingResponses pending() {
    return session.requireServer().pending();
  }

  /// Where a string of a message ends: its terminator; negative when it has none.
  static int endOfString(ByteBuf in, int start, int end) {
    return start >= 0 && start < end ? in.indexOf(start, end, (byte) 0) : -1;
  }
}
