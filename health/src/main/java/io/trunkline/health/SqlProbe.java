package io.trunkline.health;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.trunkline.protocol.SqlState;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks one PostgreSQL server over a JDBC connection that stays open between looks.
///
/// Each look runs on a virtual thread of its own under a hard limit: when that is over, the thread
/// is interrupted, which closes the socket it may be stuck in, and the look counts as unanswered.
/// So a frozen server or a silent network never holds up the caller.
public final class SqlProbe implements Probe {
  private static final Logger LOG = LoggerFactory.getLogger(SqlProbe.class);

  private final ProbeTarget target;
  private final Duration timeout;
  private final LongSupplier nanoTime;
  private final HikariDataSource pool;
  private volatile ProbeQuery query = ProbeQuery.FULL;
  private volatile @Nullable CompletableFuture<Observation> waiting;

  /// @param timeout of one look, dialling and login included
  /// @param housekeeping shared by all probes' pools
  public SqlProbe(
      ProbeTarget target,
      Duration timeout,
      LongSupplier nanoTime,
      ScheduledExecutorService housekeeping) {
    this.target = target;
    this.timeout = timeout;
    this.nanoTime = nanoTime;
    pool = new HikariDataSource(config(housekeeping));
  }

  private HikariConfig config(ScheduledExecutorService housekeeping) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("probe-" + target.member());
    config.setDataSource(new ProbeDataSource(target, timeout, this::onDialFailure));
    config.setMaximumPoolSize(1);
    config.setMinimumIdle(0);
    config.setInitializationFailTimeout(-1); // a member may be down when we start
    config.setConnectionTimeout(Math.max(250, timeout.toMillis()));
    config.setValidationTimeout(Math.max(250, timeout.toMillis() / 2));
    config.setIdleTimeout(0);
    config.setMaxLifetime(0);
    config.setKeepaliveTime(0);
    config.setScheduledExecutor(housekeeping);
    config.setThreadFactory(Thread.ofVirtual().name("probe-dial-" + target.member()).factory());
    return config;
  }

  @Override
  public Observation look() {
    CompletableFuture<Observation> answer = new CompletableFuture<>();
    waiting = answer;
    Thread asker =
        Thread.ofVirtual().name("probe-" + target.member()).start(() -> answerTo(answer));
    try {
      return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException expected) {
      return unanswered("no answer within " + timeout.toMillis() + " ms");
    } catch (InterruptedException expected) {
      Thread.currentThread().interrupt();
      return unanswered("the look was broken off");
    } catch (ExecutionException e) {
      throw new IllegalStateException("a look at " + target.member() + " failed", e.getCause());
    } finally {
      waiting = null;
      asker.interrupt();
    }
  }

  private void answerTo(CompletableFuture<Observation> answer) {
    try {
      answer.complete(askTwiceIfBroken());
    } catch (RuntimeException e) { // the caller throws it
      answer.completeExceptionally(e);
    }
  }

  /// The pool's dialling thread failed: whoever waits need not wait any longer.
  private void onDialFailure(SQLException failure) {
    CompletableFuture<Observation> answer = waiting;
    if (answer != null) {
      answer.complete(ProbeFailure.dead(target.member(), failure));
    }
  }

  /// A kept connection that broke proves little: the server may have restarted since, or an
  /// administrator ended it. The new one tells.
  private Observation askTwiceIfBroken() {
    try {
      return ask();
    } catch (SQLException first) {
      if (!ProbeFailure.isBroken(first)) {
        return ProbeFailure.dead(target.member(), first);
      }
    }
    try {
      return ask();
    } catch (SQLException second) {
      return ProbeFailure.dead(target.member(), second);
    }
  }

  private Observation ask() throws SQLException {
    try (Connection connection = pool.getConnection()) {
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
    pool.close();
  }
}
