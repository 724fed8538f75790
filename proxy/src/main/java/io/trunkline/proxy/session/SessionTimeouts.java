package io.trunkline.proxy.session;

import io.trunkline.pool.PoolSettings;
import io.trunkline.pool.ServerConnection;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.NanoTime;
import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.message.NoticeResponse;
import io.trunkline.proxy.failover.WriteClock;
import java.time.Duration;

/// Since when a client is where it is, what happens when that is too long, and how much time that
/// took in all, for the statistics. Nothing is scheduled: the loop's housekeeping looks at every
/// client a few times a second, and the road only notes the time.
@EventLoopConfined
final class SessionTimeouts {
  private final ClientSession session;
  private final NanoTime clock;
  private final WriteClock writes;

  private final long connectedSince;

  /// When the client last sent something.
  private long heardAt;

  /// Where this client's doings are counted; one of its own until it has been welcomed.
  private Traffic traffic = new Traffic();

  /// Since when the client wants a server it has not got; 0 while it wants none.
  private long waitingSince;

  /// Whether it did not get one at once.
  private boolean waited;

  /// Whether there was no member to go to.
  private boolean held;

  /// Since when it has the server it had to wait for.
  private long leasedSince;

  /// Since when its transaction has lasted; 0 outside of one.
  private long transactionSince;

  /// Since when a request is unanswered; 0 while none is.
  private long requestSince;

  /// Since when neither side has sent anything that counts as doing something.
  private long quietSince;

  /// Since when the running query is being cancelled for taking too long; 0 while it is not.
  private long cancelSince;

  /// Since when the server has been asked something of ours; of meaning until it has answered.
  private long askedSince;

  /// Since when the client takes nothing more; 0 while it does.
  private long fullSince;

  private boolean noticed;

  /// Whether the answer to the request has not begun.
  private boolean answerOwed;

  private final LoopTimes times;

  SessionTimeouts(ClientSession session) {
    this.session = session;
    this.clock = session.context().clock();
    this.times = session.context().times();
    this.writes = session.context().writeClock(session.profile());
    this.connectedSince = clock.now();
    this.heardAt = connectedSince;
    this.quietSince = connectedSince;
    this.leasedSince = connectedSince;
  }

  /// As they are now: a reload may have made them others.
  private PoolSettings settings() {
    return session.profile().pool();
  }

  void onState(ClientState next) {
    switch (next) {
      case WAITING, HOLDING -> {
        if (waitingSince == 0) {
          waitingSince = clock.now();
          noticed = false;
        }
        forgetRequest(); // one that was lost with its server begins anew
        waited |= next == ClientState.HOLDING;
        held |= next == ClientState.HOLDING;
      }
      case LEASED -> onLeased();
      case UNLEASED -> {
        noteHeld();
        forgetRequest();
        waitingSince = 0;
        waited = false;
      }
      case PARKED -> noticed = false;
      case APPLYING, SETTLING, REPEATING -> askedSince = clock.now();
      case CLOSED -> {
        // ends nothing that is measured
      }
    }
  }

  /// The server it has asked for did not come at once.
  void onQueued() {
    waited = true;
  }

  private void onLeased() {
    if (waitingSince == 0) {
      return; // it had the server all the time
    }
    noteHeld();
    traffic.assignments++;
    long wait = 0;
    if (waited) {
      waited = false;
      leasedSince = clock.now();
      quietSince = leasedSince; // what it sent meanwhile begins now
      wait = leasedSince - waitingSince;
      traffic.waitNanos += wait;
    }
    times.queue.record(wait);
    waitingSince = 0;
  }

  private void forgetRequest() {
    requestSince = 0;
    cancelSince = 0;
    transactionSince = 0;
  }

  /// The client waits no more for somebody to lead.
  private void noteHeld() {
    if (held) {
      held = false;
      session.context().recorder().held(session.profile().cluster(), clock.now() - waitingSince);
    }
  }

  /// The client takes nothing more for now, or takes something again.
  void onClientWritability(boolean writable) {
    if (!writable) {
      fullSince = fullSince == 0 ? clock.now() : fullSince;
    } else if (fullSince != 0) {
      times.drain.record(clock.now() - fullSince);
      fullSince = 0;
    }
  }

  /// The client has been told that it is connected.
  void onWelcome() {
    traffic = session.context().trafficOf(session.profile());
    traffic.logins++;
  }

  void onClientBytes(int bytes) {
    traffic.clientBytes += bytes;
    heardAt = clock.now();
    quietSince = heardAt;
  }

  void onServerBytes(int bytes) {
    traffic.serverBytes += bytes;
    if (answerOwed) {
      answerOwed = false;
      times.firstByte.record(clock.now() - withServer(requestSince));
    }
  }

  void onRequestSent() {
    if (requestSince == 0) {
      requestSince = quietSince; // the bytes of this request came just then
      answerOwed = true;
      traffic.queries++;
    }
    if (transactionSince == 0) {
      transactionSince = quietSince;
      traffic.transactions++;
    }
  }

  void onCycleEnd(TransactionStatus status) {
    long now = clock.now();
    if (requestSince != 0) {
      long taken = now - withServer(requestSince);
      traffic.queryNanos += taken;
      times.total.record(taken);
    }
    if (status == TransactionStatus.IDLE) {
      if (transactionSince != 0) {
        traffic.transactionNanos += now - withServer(transactionSince);
      }
      transactionSince = 0;
      writes.done(now);
    }
    requestSince = 0;
    answerOwed = false;
    cancelSince = 0;
    quietSince = now;
  }

  /// Waiting for a server is counted by itself.
  private long withServer(long since) {
    return leasedSince - since > 0 ? leasedSince : since;
  }

  Traffic traffic() {
    return traffic;
  }

  /// For how long the client has been here.
  long ageNanos() {
    return clock.now() - connectedSince;
  }

  long connectedSinceNanos() {
    return connectedSince;
  }

  long heardAtNanos() {
    return heardAt;
  }

  /// Since when a request is unanswered; 0 while none is.
  long requestSinceNanos() {
    return requestSince;
  }

  /// Since when its transaction has lasted; 0 outside of one.
  long transactionSinceNanos() {
    return transactionSince;
  }

  /// Since when the client wants a server it has not got; 0 while it wants none.
  long waitingSinceNanos() {
    return waitingSince;
  }

  /// Whether the query that now fails as cancelled was cancelled by its timeout.
  boolean cancelledByUs() {
    return cancelSince != 0;
  }

  void check(long now) {
    switch (session.state()) {
      case HOLDING -> checkHold(now);
      case WAITING -> checkWait(now);
      case LEASED -> {
        if (!session.profile().hasOwnServer()) { // a healthy stream may be silent, and never ends
          checkLease(now, session.requireServer());
        }
      }
      case UNLEASED -> {
        if (over(now, quietSince, settings().clientIdleTimeout())) {
          session.fail(ClientErrors.clientIdle());
        }
      }
      case PARKED -> checkParked(now);
      case APPLYING, SETTLING, REPEATING -> checkOurs(now);
      case CLOSED -> {
        // there is nobody to tell
      }
    }
  }

  private void checkHold(long now) {
    long waited = now - waitingSince;
    if (waited >= session.profile().hold().toNanos()) {
      session.context().recorder().told(session.profile().cluster(), SqlState.CANNOT_CONNECT_NOW);
      String reason = session.leasing().holdReason();
      session.refuse(ClientErrors.held(reason, Duration.ofNanos(waited)));
    } else {
      notice(waited, session.leasing().holdReason());
    }
  }

  /// Its client cannot go elsewhere; it may wait with what it wants to do next.
  private void checkParked(long now) {
    if (session.flow().isHolding()) {
      long waited = now - heardAt;
      String reason = session.staying().reason();
      if (waited >= session.profile().hold().toNanos()) {
        session.fail(ClientErrors.cannotMove(reason));
      } else {
        notice(waited, reason);
      }
    } else if (over(now, quietSince, settings().clientIdleTimeout())) {
      session.fail(ClientErrors.clientIdle());
    }
  }

  private void checkWait(long now) {
    if (over(now, waitingSince, settings().queryWaitTimeout())) {
      session.refuse(ClientErrors.queryWait(Duration.ofNanos(now - waitingSince)));
    } else {
      notice(now - waitingSince, "all server connections of the pool are in use");
    }
  }

  /// Tells the client once, as long as it can be told: before its login has ended it cannot.
  private void notice(long waitedNanos, String reason) {
    Duration after = settings().queryWaitNotify();
    boolean due = !after.isZero() && waitedNanos >= after.toNanos();
    if (due && !noticed && session.isWelcomed()) {
      noticed = true;
      Refusal.write(
          session.channel(),
          NoticeResponse.notice(SqlState.SUCCESSFUL_COMPLETION, "waiting for a server: " + reason));
      session.channel().flush();
    }
  }

  private void checkLease(long now, ServerConnection server) {
    boolean busy = !server.pending().isEmpty();
    boolean inTransaction = server.status() != TransactionStatus.IDLE;
    if ((busy || inTransaction) && over(now, transactionSince, settings().transactionTimeout())) {
      session.fail(ClientErrors.transactionTimeout());
    } else if (busy) {
      checkQuery(now);
    } else if (inTransaction && over(now, quietSince, settings().idleInTransactionTimeout())) {
      session.fail(ClientErrors.idleInTransaction());
    } else if (!inTransaction && over(now, quietSince, settings().clientIdleTimeout())) {
      session.fail(ClientErrors.clientIdle());
    }
  }

  /// Cancels a query that takes too long, and gives up on a server that does not care.
  private void checkQuery(long now) {
    if (cancelSince != 0) {
      if (over(now, cancelSince, settings().cancelWaitTimeout())) {
        session.fail(ClientErrors.queryTimeoutUnanswered());
      }
    } else if (requestSince != 0 && over(now, requestSince, settings().queryTimeout())) {
      cancelSince = now;
      session.cancelRunning(() -> {});
    }
  }

  /// The server is to answer a query of ours before the client's. It does so at once, or is gone
  /// without a word: the client has waited for it for as long as it waits for any.
  private void checkOurs(long now) {
    if (fullSince != 0) {
      askedSince = now; // the client keeps us from reading what the server says
    } else if (over(now, askedSince, settings().queryTimeout())
        || over(now, askedSince, settings().queryWaitTimeout())) {
      ServerConnection server = session.requireServer();
      server.pool().suspect();
      session.fail(ClientErrors.serverSilent(Duration.ofNanos(now - askedSince)));
      server.close("did not answer in time"); // nor would it answer a cancel request
    }
  }

  private static boolean over(long now, long since, Duration limit) {
    return !limit.isZero() && now - since >= limit.toNanos();
  }
}
