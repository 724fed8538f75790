package io.trunkline.proxy.session;

import io.trunkline.pool.PoolSettings;
import io.trunkline.pool.ServerConnection;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.NanoTime;
import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.message.NoticeResponse;
import java.time.Duration;

/// Since when a client is where it is, and what happens when that is too long. Nothing is
/// scheduled: the loop's housekeeping looks at every client a few times a second, and the road only
/// notes the time.
@EventLoopConfined
final class SessionTimeouts {
  /// After this long without a server a client is told why nothing happens.
  private static final Duration NOTICE_AFTER = Duration.ofSeconds(5);

  private final ClientSession session;
  private final NanoTime clock;
  private final PoolSettings settings;

  /// Since when the client wants a server it has not got; 0 while it wants none.
  private long waitingSince;

  /// Since when its transaction has lasted; 0 outside of one.
  private long transactionSince;

  /// Since when a request is unanswered; 0 while none is.
  private long requestSince;

  /// Since when neither side has sent anything that counts as doing something.
  private long quietSince;

  /// Since when the running query is being cancelled for taking too long; 0 while it is not.
  private long cancelSince;

  private boolean noticed;

  SessionTimeouts(ClientSession session) {
    this.session = session;
    this.clock = session.context().clock();
    this.settings = session.profile().pool();
    this.quietSince = clock.now();
  }

  void onState(ClientSession.State next) {
    switch (next) {
      case WAITING, HOLDING -> {
        if (waitingSince == 0) {
          waitingSince = clock.now();
          noticed = false;
        }
      }
      case LEASED -> waitingSince = 0;
      case UNLEASED -> {
        waitingSince = 0;
        transactionSince = 0;
      }
      case APPLYING, SETTLING, CLOSED -> {
        // begins and ends nothing that is measured
      }
    }
  }

  void onClientBytes() {
    quietSince = clock.now();
  }

  void onRequestSent() {
    if (requestSince == 0) {
      requestSince = quietSince; // the bytes of this request came just then
    }
    if (transactionSince == 0) {
      transactionSince = quietSince;
    }
  }

  void onCycleEnd(TransactionStatus status) {
    if (status == TransactionStatus.IDLE) {
      transactionSince = 0;
    }
    requestSince = 0;
    cancelSince = 0;
    quietSince = clock.now();
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
        if (over(now, quietSince, settings.clientIdleTimeout())) {
          session.fail(ClientErrors.clientIdle());
        }
      }
      case APPLYING, SETTLING, CLOSED -> {
        // our own queries, which the server answers at once or not at all
      }
    }
  }

  private void checkHold(long now) {
    Duration waited = Duration.ofNanos(now - waitingSince);
    if (waited.compareTo(session.profile().hold()) >= 0) {
      session.refuse(ClientErrors.held(session.holdReason(), waited));
    } else {
      notice(waited, session.holdReason());
    }
  }

  private void checkWait(long now) {
    Duration waited = Duration.ofNanos(now - waitingSince);
    if (over(now, waitingSince, settings.queryWaitTimeout())) {
      session.refuse(ClientErrors.queryWait(waited));
    } else {
      notice(waited, "all server connections of the pool are in use");
    }
  }

  /// Tells the client once, as long as it can be told: before its login has ended it cannot.
  private void notice(Duration waited, String reason) {
    if (!noticed && session.isWelcomed() && waited.compareTo(NOTICE_AFTER) >= 0) {
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
    if ((busy || inTransaction) && over(now, transactionSince, settings.transactionTimeout())) {
      session.fail(ClientErrors.transactionTimeout());
    } else if (busy) {
      checkQuery(now);
    } else if (inTransaction && over(now, quietSince, settings.idleInTransactionTimeout())) {
      session.fail(ClientErrors.idleInTransaction());
    } else if (!inTransaction && over(now, quietSince, settings.clientIdleTimeout())) {
      session.fail(ClientErrors.clientIdle());
    }
  }

  /// Cancels a query that takes too long, and gives up on a server that does not care.
  private void checkQuery(long now) {
    if (cancelSince != 0) {
      if (over(now, cancelSince, settings.cancelWaitTimeout())) {
        session.fail(ClientErrors.queryTimeoutUnanswered());
      }
    } else if (requestSince != 0 && over(now, requestSince, settings.queryTimeout())) {
      cancelSince = now;
      session.cancelRunning();
    }
  }

  private static boolean over(long now, long since, Duration limit) {
    return !limit.isZero() && now - since >= limit.toNanos();
  }
}
