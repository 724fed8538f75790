package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.trunkline.pool.ErrorTexts;
import io.trunkline.pool.OwnAnswer;
import io.trunkline.pool.ServerConnection;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrontendTag;
import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.TransactionStatus;
import org.jspecify.annotations.Nullable;

/// Sends the requests of a client once more, when the first try has failed for a reason that is
/// ours: a statement it prepared is shared, and its plan was made when the tables had other
/// columns. A session of its own would have had no such plan, or would be told to prepare it again.
///
/// Kept for that is what the client sent in one read, if it is one implicit transaction from its
/// first message to its Sync, until that has been answered. It can be sent again as long as nothing
/// in it has been executed: all that went before, the failure has undone. What the client has been
/// answered already is not answered again. And the client must have asked to be told the columns
/// that it gets: one that trusts an old description needs PostgreSQL's own error.
///
/// PostgreSQL docs, "Message Flow", "Extended Query"; `plancache.c`, RevalidateCachedQuery.
@EventLoopConfined
final class Replay {
  private static final String STALE_PLAN = "RevalidateCachedQuery";

  private final ClientSession session;
  private final RequestRelay requests;
  private @Nullable ByteBuf kept;
  private int from;
  private int to;

  /// How many requests, of those still to be sent again, were answered in the first try; negative
  /// behind the one that failed.
  private int answered;

  /// Whether what is being relayed is a second try.
  private boolean again;

  /// Whether the last read uses a statement that other clients may have prepared.
  private boolean shared;

  Replay(ClientSession session, RequestRelay requests) {
    this.session = session;
    this.requests = requests;
  }

  /// Whether what the client sends now would begin an implicit transaction.
  boolean mayKeep() {
    drop();
    shared = false;
    ServerConnection server = session.server();
    return !again
        && (server == null
            || (server.status() == TransactionStatus.IDLE && server.pending().isAtRest()));
  }

  void noteShared() {
    shared = true;
  }

  /// The bytes in `[start, end)` were relayed, and are all there was.
  void keep(ByteBuf in, int start, int end) {
    ServerConnection server = session.server();
    if (shared && server != null && server.pending().endsInItsOnlySync()) {
      kept = in.retain();
      from = start;
      to = end;
    }
  }

  /// The requests have been answered, or nobody waits for that any more.
  void drop() {
    ByteBuf bytes = kept;
    if (bytes != null) {
      kept = null;
      bytes.release();
    }
  }

  // ---- the failure

  /// Takes over from an ErrorResponse at `start`, if the requests can be sent again. If they
  /// cannot, the client has to prepare its statement anew, and must not meet the same plan then.
  ///
  /// @return whether the client must not see the error
  boolean begin(ByteBuf in, int start, int frameBytes) {
    if (!session.tracksStatements() || !isStalePlan(in, start, frameBytes)) {
      return false;
    }
    ServerConnection server = session.requireServer();
    ByteBuf bytes = kept;
    int done = bytes == null ? -1 : requests(bytes, to) - server.pending().clientRequests();
    if (bytes == null || done < 0 || executes(bytes, done) || !describesAll(bytes)) {
      server.retire("a plan it keeps is out of date");
      return false;
    }
    answered = done;
    session.become(ClientState.REPEATING);
    server.pending().takeOverSync(new SkippedToSync());
    return true;
  }

  private static boolean isStalePlan(ByteBuf in, int start, int frameBytes) {
    return SqlState.FEATURE_NOT_SUPPORTED.equals(ErrorTexts.field(in, start, frameBytes, 'C'))
        && STALE_PLAN.equals(ErrorTexts.field(in, start, frameBytes, 'R'));
  }

  private static boolean isRequest(byte tag) {
    return tag != FrontendTag.FLUSH;
  }

  private static int frameBytes(ByteBuf bytes, int at) {
    return 1 + bytes.getInt(at + 1);
  }

  private int requests(ByteBuf bytes, int end) {
    int count = 0;
    for (int at = from; at < end; at += frameBytes(bytes, at)) {
      count += isRequest(bytes.getByte(at)) ? 1 : 0;
    }
    return count;
  }

  private boolean executes(ByteBuf bytes, int done) {
    int count = 0;
    for (int at = from; count < done; at += frameBytes(bytes, at)) {
      if (bytes.getByte(at) == FrontendTag.EXECUTE) {
        return true;
      }
      count += isRequest(bytes.getByte(at)) ? 1 : 0;
    }
    return false;
  }

  private boolean describesAll(ByteBuf bytes) {
    int described = 0;
    int bound = 0;
    for (int at = from; at < to; at += frameBytes(bytes, at)) {
      described += bytes.getByte(at) == FrontendTag.DESCRIBE ? 1 : 0;
      bound += bytes.getByte(at) == FrontendTag.BIND ? 1 : 0;
    }
    return described >= bound;
  }

  /// The server has skipped the rest, and is ready.
  private final class SkippedToSync implements OwnAnswer {
    @Override
    public void onError(ByteBuf in, int start, int frameBytes) {
      // the error was taken over before
    }

    @Override
    public void onDone() {
      ByteBuf bytes = kept;
      if (bytes != null && session.state() == ClientState.REPEATING) {
        kept = null;
        sendAgain(bytes);
      }
    }
  }

  // ---- the second try

  private void sendAgain(ByteBuf bytes) {
    session.become(ClientState.LEASED);
    ByteBuf copy = bytes.retainedSlice(from, to - from);
    for (int at = 0; at < copy.writerIndex(); at += frameBytes(copy, at)) {
      requests.statements().renew(copy, copy.getByte(at), at, frameBytes(copy, at));
    }
    bytes.release();
    again = true;
    session.relayAgain(copy);
    again = false;
    session.resume();
  }

  /// Whether the next request is one that has been answered in the first try; counts it.
  boolean wasAnswered(byte tag) {
    return again && isRequest(tag) && answered-- > 0;
  }

  /// Whether the request being relayed is the one that failed in the first try.
  boolean isFailedOne() {
    return again && answered == -1;
  }
}
