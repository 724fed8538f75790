package io.trunkline.proxy.drivers;

import static io.trunkline.proxy.drivers.JdbcCrowd.connect;
import static io.trunkline.proxy.drivers.JdbcCrowd.execute;
import static io.trunkline.proxy.drivers.JdbcCrowd.one;
import static io.trunkline.proxy.drivers.JdbcTrial.raises;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.PGProperty;
import org.postgresql.replication.PGReplicationStream;

/// The checks of pgjdbc that are about state which outlives a transaction, and about logins.
record JdbcSessionChecks(Target target, String schema, Checks checks) {

  void register() {
    checks
        .reads("settings_are_each_clients_own", this::settingsAreEachClientsOwn)
        .reads("isolation_and_read_only", this::isolationAndReadOnly)
        .writes("temporary_tables", this::temporaryTables)
        .reads("advisory_locks", this::advisoryLocks)
        .writes("listen_notify", this::listenNotify)
        .reads("cursor_with_hold", this::cursorWithHold)
        .reads("query_timeout_cancels", this::queryTimeoutCancels)
        .reads("cancel", this::cancel)
        .writes("changed_result_type", this::changedResultType)
        .writes("large_objects", this::largeObjects)
        .reads("sql_prepare_execute_deallocate", this::sqlPrepareExecuteDeallocate)
        .reads("discard_all", this::discardAll)
        .reads("hikari_pool", this::hikariPool)
        .reads("reconnects", this::reconnects)
        .reads("target_server_type", this::targetServerType)
        .reads("refused_logins", this::refusedLogins)
        .writes("logical_replication", this::logicalReplication)
        .only(Mode.REPLICA, "is_a_standby", this::isStandby);
  }

  private void settingsAreEachClientsOwn() throws SQLException {
    try (JdbcCrowd crowd = new JdbcCrowd(target);
        Connection a =
            connect(target, "ApplicationName", "a", "options", "-c statement_timeout=91s");
        Connection b =
            connect(target, "ApplicationName", "b", "options", "-c statement_timeout=92s")) {
      a.setSchema("one");
      b.setSchema("two");
      for (int i = 0; i < 40; i++) {
        crowd.shift();
        assertThat(one(a, "show application_name")).isEqualTo("a");
        assertThat(one(b, "show application_name")).isEqualTo("b");
        assertThat(one(b, "show statement_timeout")).isEqualTo("92s");
        assertThat(one(a, "show statement_timeout")).isEqualTo("91s");
        assertThat(a.getSchema() + b.getSchema()).isEqualTo("nullnull");
        assertThat(one(a, "show search_path")).contains("one");
        assertThat(one(b, "show search_path")).contains("two");
      }
    }
  }

  private void isolationAndReadOnly() throws SQLException {
    try (JdbcCrowd crowd = new JdbcCrowd(target);
        Connection strict = connect(target);
        Connection other = connect(target)) {
      String isolation = one(other, "show transaction_isolation");
      strict.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      strict.setReadOnly(true);
      strict.setAutoCommit(false);
      for (int i = 0; i < 20; i++) {
        crowd.shift();
        assertThat(one(strict, "show transaction_isolation")).isEqualTo("repeatable read");
        assertThat(one(strict, "show transaction_read_only")).isEqualTo("on");
        strict.commit();
        assertThat(one(other, "show transaction_isolation")).isEqualTo(isolation);
      }
    }
  }

  private void temporaryTables() throws SQLException {
    try (JdbcCrowd crowd = new JdbcCrowd(target);
        Connection a = connect(target);
        Connection b = connect(target)) {
      execute(a, "create temporary table scratch as select 1 as v");
      execute(b, "create temporary table scratch as select 2 as v");
      for (int i = 0; i < 20; i++) {
        crowd.shift();
        assertThat(one(a, "select v from scratch")).isEqualTo("1");
        assertThat(one(b, "select v from scratch")).isEqualTo("2");
      }
    }
  }

  private void advisoryLocks() throws SQLException {
    try (JdbcCrowd crowd = new JdbcCrowd(target);
        Connection a = connect(target);
        Connection b = connect(target)) {
      String lock = "lock(" + schema.hashCode() + ")";
      execute(a, "select pg_advisory_" + lock);
      for (int i = 0; i < 10; i++) {
        crowd.shift();
        assertThat(one(b, "select pg_try_advisory_" + lock)).isEqualTo("f");
      }
      assertThat(one(a, "select pg_advisory_un" + lock)).isEqualTo("t");
      assertThat(one(b, "select pg_try_advisory_xact_" + lock)).isEqualTo("t");
    }
  }

  private void listenNotify() throws SQLException {
    try (JdbcCrowd crowd = new JdbcCrowd(target);
        Connection listener = connect(target);
        Connection sender = connect(target)) {
      execute(listener, "listen " + schema);
      for (int i = 0; i < 5; i++) {
        crowd.shift();
        execute(sender, "notify " + schema + ", '" + i + "'");
      }
      List<String> got = new ArrayList<>();
      PGConnection postgres = listener.unwrap(PGConnection.class);
      while (got.size() < 5) {
        PGNotification[] notifications = postgres.getNotifications(10_000);
        assertThat(notifications).as("after %s", got).isNotEmpty();
        for (PGNotification notification : notifications) {
          got.add(notification.getParameter());
        }
      }
      assertThat(got).containsExactly("0", "1", "2", "3", "4");
    }
  }

  private void cursorWithHold() throws SQLException {
    try (JdbcCrowd crowd = new JdbcCrowd(target);
        Connection connection = connect(target)) {
      execute(connection, "declare c cursor with hold for select * from generate_series(1, 500)");
      long sum = 0;
      for (int i = 0; i < 10; i++) {
        crowd.shift();
        try (Statement statement = connection.createStatement();
            ResultSet rows = statement.executeQuery("fetch 50 from c")) {
          while (rows.next()) {
            sum += rows.getInt(1);
          }
        }
      }
      execute(connection, "close c");
      assertThat(sum).isEqualTo(125_250);
    }
  }

  private void queryTimeoutCancels() throws SQLException {
    try (Connection connection = connect(target);
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < 2; i++) {
        statement.setQueryTimeout(1);
        raises("57014", () -> statement.execute("select pg_sleep(30)"));
        statement.setQueryTimeout(0);
        assertThat(one(connection, "select 1")).isEqualTo("1");
      }
    }
  }

  /// The server says `begun` by a notice before it sleeps, so the cancel cannot come too early.
  private void cancel() throws Exception {
    try (Connection connection = connect(target);
        Statement statement = connection.createStatement();
        ExecutorService thread = Executors.newSingleThreadExecutor()) {
      for (int i = 0; i < 3; i++) {
        statement.clearWarnings();
        Future<?> sleeping =
            thread.submit(() ->
                statement.execute(
                    "do $$ begin raise notice 'begun'; perform pg_sleep(30); end $$"));
        while (statement.getWarnings() == null && !sleeping.isDone()) {
          Thread.onSpinWait();
        }
        statement.cancel();
        raises("57014", () -> unwrapped(sleeping));
        assertThat(one(connection, "select 1")).isEqualTo("1");
      }
    }
  }

  private static void unwrapped(Future<?> future) throws Throwable {
    try {
      future.get();
    } catch (java.util.concurrent.ExecutionException e) {
      throw e.getCause();
    }
  }

  private void changedResultType() throws SQLException {
    String table = schema + ".changing";
    try (Connection connection = connect(target, "prepareThreshold", "1");
        Connection ddl = connect(target)) {
      execute(ddl, "create table " + table + " as select 1 as a");
      try (PreparedStatement select = connection.prepareStatement("select * from " + table)) {
        assertThat(columns(select)).isEqualTo(1);
        assertThat(columns(select)).isEqualTo(1);
        execute(ddl, "alter table " + table + " add b int");
        // Outside of a transaction pgjdbc prepares anew by itself when it is told 0A000.
        assertThat(columns(select)).isEqualTo(2);
        connection.setAutoCommit(false);
        execute(ddl, "alter table " + table + " add c int");
        checks.note("cached-plan", resultOf(select));
        connection.rollback();
        assertThat(columns(select)).isEqualTo(3);
        connection.rollback();
      }
    }
  }

  private static String resultOf(PreparedStatement select) {
    try {
      return columns(select) == 3 ? "healed" : "stale";
    } catch (SQLException e) {
      return e.getSQLState();
    }
  }

  private static int columns(PreparedStatement select) throws SQLException {
    try (ResultSet rows = select.executeQuery()) {
      return rows.getMetaData().getColumnCount();
    }
  }

  private void largeObjects() throws SQLException {
    try (Connection connection = connect(target)) {
      connection.setAutoCommit(false);
      var api = connection.unwrap(PGConnection.class).getLargeObjectAPI();
      long oid = api.createLO();
      try (var object = api.open(oid)) {
        object.write(new byte[1_000_000]);
      }
      connection.commit();
      try (var object = api.open(oid)) {
        assertThat(object.read(2_000_000)).hasSize(1_000_000);
      }
      api.delete(oid);
      connection.commit();
    }
  }

  private void sqlPrepareExecuteDeallocate() throws SQLException {
    try (JdbcCrowd crowd = new JdbcCrowd(target);
        Connection a = connect(target);
        Connection b = connect(target)) {
      execute(a, "prepare p (int) as select $1 * 10 + 1");
      execute(b, "prepare p (int) as select $1 * 10 + 2");
      for (int i = 0; i < 30; i++) {
        crowd.shift();
        assertThat(one(a, "execute p (%d)".formatted(i))).isEqualTo(i * 10 + 1 + "");
        assertThat(one(b, "execute p (%d)".formatted(i))).isEqualTo(i * 10 + 2 + "");
      }
      execute(a, "deallocate p");
      raises("26000", () -> execute(a, "execute p (1)"));
      assertThat(one(b, "execute p (1)")).isEqualTo("12");
    }
  }

  /// pgjdbc notices the DISCARD ALL and forgets its own server-side statements.
  private void discardAll() throws SQLException {
    try (JdbcCrowd crowd = new JdbcCrowd(target);
        Connection connection = connect(target);
        PreparedStatement select = connection.prepareStatement("select ?::int")) {
      String before = one(connection, "show statement_timeout");
      for (int i = 0; i < 30; i++) {
        crowd.shift();
        select.setInt(1, i);
        try (ResultSet rows = select.executeQuery()) {
          rows.next();
          assertThat(rows.getInt(1)).isEqualTo(i);
        }
        if (i % 10 == 9) {
          execute(connection, "set statement_timeout = '91s'");
          execute(connection, "discard all");
          assertThat(one(connection, "show statement_timeout")).isEqualTo(before);
        }
      }
    }
  }

  private void hikariPool() throws Exception {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(target.jdbcUrl());
    config.setUsername(target.user());
    config.setPassword(target.password());
    config.setMaximumPoolSize(6);
    config.setReadOnly(true);
    try (HikariDataSource pool = new HikariDataSource(config);
        ExecutorService threads = Executors.newFixedThreadPool(12)) {
      List<Future<String>> values = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        String sql = "select " + i;
        values.add(
            threads.submit(() -> {
              try (Connection connection = pool.getConnection()) {
                return one(connection, sql);
              }
            }));
      }
      for (int i = 0; i < 300; i++) {
        assertThat(values.get(i).get()).isEqualTo(Integer.toString(i));
      }
    }
  }

  private void reconnects() throws SQLException {
    for (int i = 0; i < 40; i++) {
      try (Connection connection = connect(target)) {
        assertThat(one(connection, "select " + i)).isEqualTo(Integer.toString(i));
      }
    }
  }

  private void targetServerType() throws SQLException {
    String type = checks.mode() == Mode.REPLICA ? "secondary" : "primary";
    try (Connection connection = connect(target, "targetServerType", type)) {
      assertThat(one(connection, "select pg_is_in_recovery()"))
          .isEqualTo(checks.mode() == Mode.REPLICA ? "t" : "f");
    }
  }

  private void refusedLogins() {
    raises("28P01", () -> connect(target.withPassword("wrong")).close());
    raises("3D000", () -> connect(target.withDatabase("no_such_database")).close());
  }

  private void logicalReplication() throws SQLException {
    String slot = schema.toLowerCase(Locale.ROOT);
    try (Connection changes = connect(target);
        Connection replication =
            connect(
                target,
                PGProperty.REPLICATION.getName(),
                "database",
                PGProperty.ASSUME_MIN_SERVER_VERSION.getName(),
                "9.4",
                PGProperty.PREFER_QUERY_MODE.getName(),
                "simple")) {
      var api = replication.unwrap(PGConnection.class).getReplicationAPI();
      api.createReplicationSlot()
          .logical()
          .withSlotName(slot)
          .withOutputPlugin("test_decoding")
          .make();
      execute(changes, "create table " + schema + ".changes as select 'seen'::text as word");
      try (PGReplicationStream stream =
          api.replicationStream().logical().withSlotName(slot).start()) {
        String received = "";
        while (!received.contains("'seen'")) {
          ByteBuffer message = stream.read();
          received = StandardCharsets.UTF_8.decode(message).toString();
        }
        stream.setAppliedLSN(stream.getLastReceiveLSN());
      }
      api.dropReplicationSlot(slot);
    }
  }

  private void isStandby() throws SQLException {
    try (Connection connection = connect(target)) {
      assertThat(one(connection, "select pg_is_in_recovery()")).isEqualTo("t");
      raises("25006", () -> execute(connection, "create table never (id int)"));
    }
  }
}
