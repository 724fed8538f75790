package io.trunkline.health;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One query that is asked of one member again and again, with another parameter each time, over a
/// few connections. None is kept open that nobody uses. Blocks: never on an event loop.
///
/// Each question runs on a virtual thread of its own under a hard limit: when that is over, the
/// thread is interrupted, which closes the socket it may be stuck in. So a frozen server or a
/// silent network never holds up the caller.
public final class MemberQuery implements AutoCloseable {
  private static final long IDLE_MILLIS = 60_000;
  private static final long LIFETIME_MILLIS = 30 * 60_000;
  private static final long LEAST_MILLIS = 250; // less, the pool does not take

  /// What is asked.
  ///
  /// @param jdbc the text in JDBC's words
  /// @param parameters how many `?` it has, every one for the same value
  /// @param rowsMax more rows are not read
  public record Question(String jdbc, int parameters, int rowsMax) {}

  /// How much at a time.
  ///
  /// @param timeout of one question, dialling and login included
  /// @param connections open at a time
  public record Bounds(Duration timeout, int connections) {}

  private final Question question;
  private final String member;
  private final HikariDataSource pool;

  /// Who has no connection yet, by asking thread: the pool would let them wait on after a failed
  /// dial.
  private final Map<Thread, CompletableFuture<QueryRows>> dialling = new ConcurrentHashMap<>();

  /// Nothing is dialled yet.
  ///
  /// @param housekeeping shared by all such pools
  public MemberQuery(
      Question question, ProbeTarget target, Bounds bounds, ScheduledExecutorService housekeeping) {
    this.question = question;
    member = target.member();
    long millis = bounds.timeout.toMillis();
    HikariConfig config = new HikariConfig();
    config.setPoolName("query-" + target.database() + "@" + member);
    config.setDataSource(new ProbeDataSource(target, bounds.timeout, this::onDialFailure));
    config.setMaximumPoolSize(bounds.connections);
    config.setMinimumIdle(0);
    config.setInitializationFailTimeout(-1); // the member may be down
    config.setConnectionTimeout(Math.max(LEAST_MILLIS, millis));
    config.setValidationTimeout(Math.max(LEAST_MILLIS, millis / 2));
    config.setIdleTimeout(IDLE_MILLIS);
    config.setMaxLifetime(LIFETIME_MILLIS);
    config.setScheduledExecutor(housekeeping);
    config.setThreadFactory(Thread.ofVirtual().name("query-dial-" + member).factory());
    pool = new HikariDataSource(config);
  }

  private void onDialFailure(SQLException failure) {
    for (CompletableFuture<QueryRows> answer : dialling.values()) {
      answer.completeExceptionally(failure);
    }
  }

  /// Asks with this value, within `atMost`. The value is a parameter on the wire.
  ///
  /// @throws QueryFailure when the member cannot be asked, or does not like the question
  public QueryRows ask(String value, Duration atMost) throws QueryFailure {
    CompletableFuture<QueryRows> answer = new CompletableFuture<>();
    Thread asker = Thread.ofVirtual().name("query-" + member).start(() -> answerTo(answer, value));
    try {
      return answer.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException expected) {
      asker.interrupt();
      throw new QueryFailure(null, "no answer within " + atMost.toMillis() + " ms");
    } catch (ExecutionException failure) {
      asker.interrupt();
      if (failure.getCause() instanceof SQLException sql) {
        throw QueryFailure.of(sql);
      }
      throw new IllegalStateException("a query at " + member + " failed", failure.getCause());
    } catch (InterruptedException expected) {
      asker.interrupt();
      Thread.currentThread().interrupt();
      throw new QueryFailure(null, "the query was broken off");
    }
  }

  private void answerTo(CompletableFuture<QueryRows> answer, String value) {
    dialling.put(Thread.currentThread(), answer);
    try {
      answer.complete(overConnection(value));
    } catch (SQLException | RuntimeException failure) { // the caller throws it
      answer.completeExceptionally(failure);
    } finally {
      dialling.remove(Thread.currentThread());
    }
  }

  private QueryRows overConnection(String value) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      dialling.remove(Thread.currentThread());
      return ask(connection, value);
    }
  }

  private QueryRows ask(Connection connection, String value) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(question.jdbc)) {
      statement.setMaxRows(question.rowsMax);
      for (int i = 1; i <= question.parameters; i++) {
        statement.setString(i, value);
      }
      if (!statement.execute()) {
        return new QueryRows(0, List.of());
      }
      try (ResultSet rows = statement.getResultSet()) {
        return read(rows);
      }
    }
  }

  private static QueryRows read(ResultSet rows) throws SQLException {
    int columns = rows.getMetaData().getColumnCount();
    List<List<@Nullable String>> all = new ArrayList<>();
    while (rows.next()) {
      List<@Nullable String> row = new ArrayList<>(columns);
      for (int i = 1; i <= columns; i++) {
        row.add(rows.getString(i));
      }
      all.add(row);
    }
    return new QueryRows(columns, all);
  }

  @Override
  public void close() {
    pool.close();
  }
}
