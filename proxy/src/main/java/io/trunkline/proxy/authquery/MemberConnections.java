package io.trunkline.proxy.authquery;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.trunkline.health.ProbeDataSource;
import io.trunkline.health.ProbeTarget;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The connections to one member that lookups run over. None is kept open that nobody uses.
///
/// A lookup runs on a virtual thread of its own under a hard limit: when that is over, the thread
/// is interrupted, which closes the socket it may be stuck in. So a frozen server or a silent
/// network never holds up the caller.
final class MemberConnections implements LookupDesk.Line {
  private static final long IDLE_MILLIS = 60_000;
  private static final long LIFETIME_MILLIS = 30 * 60_000;
  private static final long LEAST_MILLIS = 250; // less, the pool does not take

  private final SecretQuery query;
  private final String member;
  private final HikariDataSource pool;

  /// Lookups that have no connection yet: the pool would let them wait on after a failed dial.
  private final Map<Thread, CompletableFuture<Answer>> dialling = new ConcurrentHashMap<>();

  MemberConnections(
      SecretQuery query,
      ProbeTarget target,
      Duration timeout,
      int connections,
      ScheduledExecutorService housekeeping) {
    this.query = query;
    member = target.member();
    HikariConfig config = new HikariConfig();
    config.setPoolName("auth-" + target.database() + "@" + member);
    config.setDataSource(new ProbeDataSource(target, timeout, this::onDialFailure));
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(0);
    config.setInitializationFailTimeout(-1); // the member may be down
    config.setConnectionTimeout(Math.max(LEAST_MILLIS, timeout.toMillis()));
    config.setValidationTimeout(Math.max(LEAST_MILLIS, timeout.toMillis() / 2));
    config.setIdleTimeout(IDLE_MILLIS);
    config.setMaxLifetime(LIFETIME_MILLIS);
    config.setScheduledExecutor(housekeeping);
    config.setThreadFactory(Thread.ofVirtual().name("auth-dial-" + member).factory());
    pool = new HikariDataSource(config);
  }

  private void onDialFailure(SQLException failure) {
    for (CompletableFuture<Answer> lookup : dialling.values()) {
      lookup.completeExceptionally(failure);
    }
  }

  @Override
  public Answer ask(String user, Duration atMost) throws SQLException {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    Thread asker = Thread.ofVirtual().name("auth-" + member).start(() -> answer(user, answer));
    try {
      return answer.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException expected) {
      asker.interrupt();
      throw new SQLTimeoutException("no answer within " + atMost.toMillis() + " ms");
    } catch (ExecutionException failure) {
      asker.interrupt();
      if (failure.getCause() instanceof SQLException sql) {
        throw sql;
      }
      throw new IllegalStateException("a lookup at " + member + " failed", failure.getCause());
    } catch (InterruptedException expected) {
      asker.interrupt();
      Thread.currentThread().interrupt();
      throw new SQLException("the lookup was broken off", expected);
    }
  }

  private void answer(String user, CompletableFuture<Answer> answer) {
    dialling.put(Thread.currentThread(), answer);
    try {
      answer.complete(overConnection(user));
    } catch (SQLException | RuntimeException failure) { // the caller throws it
      answer.completeExceptionally(failure);
    } finally {
      dialling.remove(Thread.currentThread());
    }
  }

  private Answer overConnection(String user) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      dialling.remove(Thread.currentThread());
      return query.ask(connection, user);
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
