package io.trunkline.health;

import io.trunkline.protocol.SqlState;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks one PostgreSQL server over a JDBC connection that stays open between looks.
///
/// Each look runs on virtual threads of its own under a hard limit: when that is over, they are
/// interrupted, which closes the sockets they may be stuck in, and the look counts as unanswered.
/// So a frozen server or a silent network never holds up the caller. A kept connection that does
/// not answer soon is not waited for alone: it may lead to a host that is gone, while the server
/// that has its address now takes writes already. A new one is dialled beside it.
///
/// There is no pool: one would dial by a rhythm of its own, slower with each failure, and a server
/// that has just come back is looked at many times a second because clients wait for it.
public final class SqlProbe implements Probe {
  private static final Logger LOG = LoggerFactory.getLogger(SqlProbe.class);
  private static final Duration PATIENCE_WITH_KEPT = Duration.ofMillis(200);

  private final ProbeTarget target;
  private final Duration timeout;
  private final LongSupplier nanoTime;
  private final ProbeDataSource servers;
  private final AtomicReference<@Nullable Connection> kept = new AtomicReference<>();
  private volatile ProbeQuery query = ProbeQuery.FULL;
  private volatile boolean closed;

  /// @param timeout of one look, dialling and login included
  public SqlProbe(ProbeTarget target, Duration timeout, LongSupplier nanoTime) {
    this.target = target;
    this.timeout = timeout;
    this.nanoTime = nanoTime;
    servers = new ProbeDataSource(target, timeout, _ -> {});
  }

  @Override
  public Observation look() {
    Look look = new Look();
    try {
      return look.take();
    } catch (InterruptedException expected) {
      Thread.currentThread().interrupt();
      return unanswered("the look was broken off");
    } catch (ExecutionException e) {
      throw new IllegalStateException("a look at " + target.member() + " failed", e.getCause());
    } finally {
      look.end();
    }
  }

  /// One look: the kept connection first, a new one beside it when that is slow.
  private final class Look {
    private final CompletableFuture<Observation> answer = new CompletableFuture<>();
    private final AtomicInteger asking = new AtomicInteger();
    private @Nullable Thread first;
    private @Nullable Thread second;

    Observation take() throws InterruptedException, ExecutionException {
      Connection known = kept.getAndSet(null);
      first = ask(known);
      long patience = timeout.toNanos();
      if (known != null && patience > PATIENCE_WITH_KEPT.toNanos()) {
        try {
          return answer.get(PATIENCE_WITH_KEPT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException expected) {
          patience -= PATIENCE_WITH_KEPT.toNanos();
          second = ask(null);
        }
      }
      try {
        return answer.get(patience, TimeUnit.NANOSECONDS);
      } catch (TimeoutException expected) {
        return unanswered("no answer within " + timeout.toMillis() + " ms");
      }
    }

    private Thread ask(@Nullable Connection known) {
      asking.incrementAndGet();
      return Thread.ofVirtual().name("probe-" + target.member()).start(() -> answer(known));
    }

    /// Good news counts at once, bad news when nobody else is still asking.
    private void answer(@Nullable Connection known) {
      try {
        Observation found = askTwiceIfBroken(known);
        if (asking.decrementAndGet() == 0 || found instanceof Observation.Alive) {
          answer.complete(found);
        }
      } catch (RuntimeException e) { // the caller throws it
        answer.completeExceptionally(e);
      }
    }

    void end() {
      interrupt(first);
      interrupt(second);
    }

    private static void interrupt(@Nullable Thread thread) {
      if (thread != null) {
        thread.interrupt();
      }
    }
  }

  /// A kept connection that broke proves little: the server may have restarted since, or an
  /// administrator ended it. The new one tells.
  private Observation askTwiceIfBroken(@Nullable Connection known) {
    if (known != null) {
      try {
        return ask(known);
      } catch (SQLException first) {
        if (!ProbeFailure.isBroken(first)) {
          return ProbeFailure.dead(target.member(), first);
        }
      }
    }
    try {
      return ask(servers.getConnection());
    } catch (SQLException second) {
      return ProbeFailure.dead(target.member(), second);
    }
  }

  /// Asks, and keeps the connection for the next look if it has answered.
  private Observation ask(Connection connection) throws SQLException {
    boolean answered = false;
    try {
      Observation found = askFullyOrModestly(connection);
      answered = true;
      return found;
    } finally {
      if (answered && !Thread.currentThread().isInterrupted()) {
        keep(connection);
      } else {
        close(connection);
      }
    }
  }

  private Observation askFullyOrModestly(Connection connection) throws SQLException {
    try {
      return query.ask(target.member(), connection, nanoTime);
    } catch (SQLException e) {
      if (query != ProbeQuery.FULL || !SqlState.INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
        throw e;
      }
      becomeModest(e);
      return query.ask(target.member(), connection, nanoTime);
    }
  }

  private void keep(Connection connection) {
    close(kept.getAndSet(connection));
    if (closed) { // after that nobody takes it
      close(kept.getAndSet(null));
    }
  }

  private static void close(@Nullable Connection connection) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException expected) {
      LOG.debug("a probe's connection was broken when it was closed", expected);
    }
  }

  private void becomeModest(SQLException denied) {
    LOG.warn(
        "probe of {} may not read the control file, so it knows no system identifier:"
            + " grant EXECUTE on pg_control_system(), pg_control_recovery() and"
            + " pg_control_checkpoint() to {} (server said: {})",
        target.member(),
        target.user(),
        denied.getMessage());
    query = ProbeQuery.MODEST;
  }

  private Observation.Dead unanswered(String reason) {
    return ProbeFailure.doubtful(target.member(), reason);
  }

  @Override
  public void close() {
    closed = true;
    close(kept.getAndSet(null));
  }
}
