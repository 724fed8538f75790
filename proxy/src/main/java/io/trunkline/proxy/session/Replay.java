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

/// Sends the requests of a client once more, when the first try has failed for a reason that is not
/// the client's: a statement it prepared is shared, and its plan was made when the tables had other
/// columns; or its server went away before it did anything of it, see [Aftermath].
///
/// Kept for that is what the client sent in one read, if the server had nothing to do before and it
/// asks for ReadyForQuery once, at its end, until that has been answered. The buffer itself is
/// kept, not a copy. It can be sent again as long as nothing in it has been executed: all that went
/// before, the failure has undone. What the client has been answered already is not answered again.
///
/// After a stale plan the client must have asked to be told the columns that it gets: one that
/// trusts an old description needs PostgreSQL's own error.
///
/// PostgreSQL docs, "Message Flow", "Extended Query"; `plancache.c`, RevalidateCachedQuery.
@EventLoopConfined
final class Replay {
  private static final String STALE_PLAN = "RevalidateCachedQuery";

  /// Larger reads are not kept, nor are smaller ones in larger buffers.
  private static final int KEPT_BYTES_MAX = 64 * 1024;

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

  /// Whether its plans were made anew once.
  private boolean replanned;

  /// Whether what is kept waits for a server to be sent to.
  private boolean waits;

  Replay(ClientSession session, RequestRelay requests) {
    this.session = session;
    this.requests = requests;
  }

  /// Whether what the client sends now finds its server with nothing to do.
  boolean mayKeep() {
    if (again) {
      return true; // it may fail once more
    }
    drop();
    shared = false;
    replanned = false;
    ServerConnection server = session.server();
    return server == null || (server.pending().isEmpty() && server.pending().isAtRest());
  }

  void noteShared() {
    shared = true;
  }

  /// The bytes in `[start, end)` were relayed, and are all there was.
  void keep(ByteBuf in, int start, int end) {
    ServerConnection server = session.server();
    if (server != null
        && in.capacity() <= KEPT_BYTES_MAX
        && server.pending().endsInItsOnlyReady()) {
      drop();
      kept = in.retain();
      from = start;
      to = end;
    }
  }

  /// The requests have been answered, or nobody waits for that any more.
  void drop() {
    ByteBuf bytes = kept;
    waits = false;
    if (bytes != null) {
      kept = null;
      bytes.release();
    }
  }

  // ---- what is at hand

  /// Whether all that is unanswered is kept here.
  boolean isAtHand() {
    return kept != null;
  }

  /// How many of the requests kept here have been answered to their end, if so many have not.
  int answered(int unanswered) {
    ByteBuf bytes = kept;
    return bytes == null ? 0 : requests(bytes, to) - unanswered;
  }

  /// Whether an Execute is among the first `done` requests.
  boolean hasExecuted(int done) {
    ByteBuf bytes = kept;
    return bytes != null && executes(bytes, done);
  }

  /// What the texts of the requests are like.
  StatementKind kind() {
    ByteBuf bytes = kept;
    if (bytes == null) {
      return StatementKind.OTHER;
    }
    var texts = new RequestTexts(requests.statements());
    StatementKind kind = StatementKind.PLAIN;
    for (int at = from; at < to; at += frameBytes(bytes, at)) {
      kind = kind.and(texts.kind(bytes, at, frameBytes(bytes, at)));
    }
    return kind;
  }

  // ---- another server

  /// What is kept is to be sent to the next server, where the first `done` requests need no answer.
  void awaitServer(int done) {
    answered = done;
    waits = true;
  }

  /// The same for a request that was taken over.
  void awaitServer() {
    waits = kept != null;
  }

  /// Whether something waits to be sent again.
  boolean isWaiting() {
    return waits;
  }

  /// Has the server do again what is under way and has failed without effect, up to the next
  /// ReadyForQuery: the client hears nothing of it.
  ///
  /// @param ready what to do then
  /// @return false when that cannot be done
  boolean takeOver(Runnable ready) {
    ServerConnection server = session.requireServer();
    int unanswered = server.pending().clientRequests();
    int done = answered(unanswered);
    if (kept == null || done < 0 || hasExecuted(done)) {
      return false;
    }
    answered = done;
    session.become(ClientState.REPEATING);
    server.pending().takeOverSync(new SkippedToSync(ready));
    return true;
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
    if (bytes == null || !mayReplan(server, bytes) || !takeOver(this::sendAgain)) {
      server.retire("a plan it keeps is out of date");
      return false;
    }
    return true;
  }

  private boolean mayReplan(ServerConnection server, ByteBuf bytes) {
    return shared && server.status() == TransactionStatus.IDLE && !replanned && describesAll(bytes);
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
    private final Runnable ready;

    SkippedToSync(Runnable ready) {
      this.ready = ready;
    }

    @Override
    public void onError(ByteBuf in, int start, int frameBytes) {
      // the error was taken over before
    }

    @Override
    public void onDone() {
      if (kept != null && session.state() == ClientState.REPEATING) {
        ready.run();
      }
    }
  }

  // ---- the second try

  /// The plans are out of date: the server forgets them first.
  private void sendAgain() {
    ByteBuf bytes = kept;
    if (bytes != null) {
      replanned = true;
      session.become(ClientState.LEASED);
      for (int at = from; at < to; at += frameBytes(bytes, at)) {
        requests.statements().renew(bytes, bytes.getByte(at), at, frameBytes(bytes, at));
      }
      relay(bytes);
      session.resume();
    }
  }

  /// There is a server: sends what waits for one.
  void onLeased() {
    ByteBuf bytes = kept;
    if (waits && bytes != null) {
      waits = false;
      relay(bytes);
    }
  }

  private void relay(ByteBuf bytes) {
    again = true;
    session.relayAgain(bytes.retainedSlice(from, to - from));
    again = false;
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
