package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.trunkline.pool.ErrorTexts;
import io.trunkline.pool.OwnAnswer;
import io.trunkline.pool.ServerConnection;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.TransactionStatus;

/// Sends the requests of a client once more, when the first try has failed for a reason that is not
/// the client's: a statement it prepared is shared, and its plan was made when the tables had other
/// columns; or its server went away before it did anything of it, see [Aftermath].
///
/// Kept for that is what the client has sent since its server last had nothing to do, up to a
/// bound, until all of it has been answered. It can be sent again if ReadyForQuery is asked for at
/// its end, as long as nothing in the cycle under way has been executed: all that went before in
/// it, the failure has undone. What the client has been answered already is not answered again.
///
/// After a stale plan the client must have asked to be told the columns that it gets: one that
/// trusts an old description needs PostgreSQL's own error.
///
/// PostgreSQL docs, "Message Flow", "Extended Query"; `plancache.c`, RevalidateCachedQuery.
@EventLoopConfined
final class Replay {
  private static final String STALE_PLAN = "RevalidateCachedQuery";

  /// What the buffers are together that are kept, however little is in them.
  private static final int KEPT_BYTES_MAX = 64 * 1024;

  private final ClientSession session;
  private final RequestRelay requests;
  private final KeptRequests kept = new KeptRequests();

  /// How many of the requests kept here were answered in the first try.
  private int done;

  /// How many of these, the first ones, belong to cycles that are over.
  private int over;

  /// Which request is relayed next in the second try.
  private int next;

  /// Whether what is being relayed is a second try.
  private boolean again;

  /// Whether a server that is asked all this ends with ReadyForQuery.
  private boolean complete;

  /// Whether there is COPY data in the read of now, or its end.
  private boolean copies;

  /// Whether what is kept uses a statement that other clients may have prepared.
  private boolean shared;

  /// Whether its plans were made anew once.
  private boolean replanned;

  /// Whether what is kept waits for a server to be sent to.
  private boolean waits;

  Replay(ClientSession session, RequestRelay requests) {
    this.session = session;
    this.requests = requests;
  }

  /// Whether what the client sends now can be kept: its server has nothing to do, or all that it
  /// has to do is kept.
  boolean mayKeep() {
    copies = false;
    if (again) {
      return true; // it may fail once more
    }
    ServerConnection server = session.server();
    if (server != null && !isAtRest(server) && !kept.isEmpty() && !server.inCopyIn()) {
      return true;
    }
    drop();
    shared = false;
    replanned = false;
    return server == null || isAtRest(server);
  }

  private static boolean isAtRest(ServerConnection server) {
    return server.pending().isEmpty() && server.pending().isAtRest();
  }

  /// How COPY ends is not counted alike at both ends once the server has asked for its data.
  void noteCopy() {
    copies = true;
  }

  void noteShared() {
    shared = true;
  }

  /// The whole messages in `[start, end)` were relayed.
  void keep(ByteBuf in, int start, int end) {
    ServerConnection server = session.server();
    if (again) {
      drop();
    }
    boolean follows = !kept.isEmpty();
    boolean fits = kept.bytes() + in.capacity() <= KEPT_BYTES_MAX;
    if (server == null || !fits || (follows && copies)) {
      drop();
      return;
    }
    if (start < end) {
      kept.keep(in, start, end);
    }
    complete = server.pending().endsInReady();
    waits = false;
    done = 0;
    over = 0;
  }

  /// The requests have been answered, or nobody waits for that any more.
  void drop() {
    waits = false;
    kept.drop();
  }

  // ---- what is at hand

  /// Whether all that is unanswered is kept here.
  boolean isAtHand() {
    return !kept.isEmpty() && complete && done >= 0;
  }

  /// Takes in that so many requests, of all that were sent, have not been answered to their end.
  void unansweredAre(int unanswered) {
    done = kept.isEmpty() ? 0 : kept.count() - unanswered;
    over = kept.cycleStart(done);
  }

  /// Whether cycles were answered that are kept with what is unanswered.
  boolean hasAnsweredCycles() {
    return !kept.isEmpty() && over > 0;
  }

  /// Whether an Execute has been answered in the cycle under way.
  boolean hasExecuted() {
    return kept.executes(over, done);
  }

  /// Whether nothing is kept behind the cycle under way.
  boolean isLastCycle() {
    return kept.cycleEnd(over) == kept.count();
  }

  /// What the texts of the requests are like that have not been answered, with their whole cycle.
  StatementKind kind() {
    return kindUpTo(kept.count());
  }

  /// The same of the cycle under way alone.
  StatementKind kindOfCycle() {
    return kindUpTo(kept.cycleEnd(over));
  }

  private StatementKind kindUpTo(int end) {
    return kept.isEmpty()
        ? StatementKind.OTHER
        : kept.kind(over, end, new RequestTexts(requests.statements()));
  }

  // ---- another server

  /// What is kept is to be sent to the next server.
  void awaitServer() {
    waits = !kept.isEmpty();
  }

  /// The cycle under way has been answered.
  ///
  /// @return whether others wait now to be sent to the next server
  boolean leaveCycle() {
    over = kept.cycleEnd(over);
    done = over;
    waits = over < kept.count();
    if (!waits) {
      drop();
    }
    return waits;
  }

  /// Whether something waits to be sent again.
  boolean isWaiting() {
    return waits;
  }

  /// What waits to be sent again gets this answer instead.
  void refuse(Refusal refusal) {
    if (waits) {
      kept.forEach((request, _, tag, _, _) -> {
        if (request >= over && KeptRequests.isRequest(tag)) {
          refusal.onMessage(tag);
        }
      });
      drop();
    }
  }

  /// Has the server do again what is under way and has failed without effect, up to the next
  /// ReadyForQuery: the client hears nothing of it.
  ///
  /// @param ready what to do then
  /// @return false when that cannot be done
  boolean takeOver(Runnable ready) {
    ServerConnection server = session.requireServer();
    unansweredAre(server.pending().clientRequests());
    if (!isAtHand() || !isLastCycle() || hasExecuted()) {
      return false;
    }
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
    unansweredAre(server.pending().clientRequests());
    if (!mayReplan(server) || !takeOver(this::sendAgain)) {
      server.retire("a plan it keeps is out of date");
      return false;
    }
    return true;
  }

  private boolean mayReplan(ServerConnection server) {
    return shared
        && server.status() == TransactionStatus.IDLE
        && !replanned
        && kept.describesAll(over);
  }

  private static boolean isStalePlan(ByteBuf in, int start, int frameBytes) {
    return SqlState.FEATURE_NOT_SUPPORTED.equals(ErrorTexts.field(in, start, frameBytes, 'C'))
        && STALE_PLAN.equals(ErrorTexts.field(in, start, frameBytes, 'R'));
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
      if (!kept.isEmpty() && session.state() == ClientState.REPEATING) {
        ready.run();
      }
    }
  }

  // ---- the second try

  /// The plans are out of date: the server forgets them first.
  private void sendAgain() {
    replanned = true;
    session.become(ClientState.LEASED);
    kept.forEach((_, bytes, tag, start, frameBytes) ->
        requests.statements().renew(bytes, tag, start, frameBytes));
    relay();
    session.resume();
  }

  /// There is a server: sends what waits for one.
  void onLeased() {
    if (waits) {
      waits = false;
      relay();
    }
  }

  private void relay() {
    ByteBuf bytes = kept.retained();
    if (bytes != null) {
      again = true;
      next = 0;
      session.relayAgain(bytes);
      again = false;
    }
  }

  /// Whether the next request is one that has been answered in the first try; counts it.
  boolean wasAnswered(byte tag) {
    return again && KeptRequests.isRequest(tag) && next++ < done;
  }

  /// Whether the request being relayed is one of a cycle that is over.
  boolean isOver() {
    return next <= over;
  }

  /// Whether the request being relayed is the one that failed in the first try.
  boolean isFailedOne() {
    return again && next == done + 1;
  }
}
