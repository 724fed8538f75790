package io.trunkline.proxy.drivers;

import static io.trunkline.proxy.drivers.JdbcCrowd.connect;
import static io.trunkline.proxy.drivers.JdbcCrowd.execute;
import static io.trunkline.proxy.drivers.JdbcCrowd.one;
import static io.trunkline.proxy.drivers.JdbcTrial.raises;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/// The checks of pgjdbc that are about statements and what they return.
record JdbcStatementChecks(Target target, String schema) {

  void register(Checks checks) {
    checks
        .reads("types_in_text_and_binary", this::typesInTextAndBinary)
        .reads("prepared_statements_reused", () -> preparedStatementsReused(checks))
        .reads("prepared_statements_interleaved", this::preparedStatementsInterleaved)
        .reads("prepared_statements_evicted", this::preparedStatementsEvicted)
        .reads("simple_query_mode", this::simpleQueryMode)
        .writes("transactions_and_savepoints", this::transactionsAndSavepoints)
        .reads("errors_leave_the_connection_usable", this::errorsLeaveTheConnectionUsable)
        .writes("autosave", this::autosave)
        .writes("batches", this::batches)
        .writes("batch_with_an_error", this::batchWithAnError)
        .writes("generated_keys", this::generatedKeys)
        .writes("copy_in_and_out", this::copyInAndOut)
        .reads("fetch_size", this::fetchSize)
        .reads("large_result", this::largeResult)
        .reads("metadata", this::metadata);
  }

  private String table(String name) {
    return schema + "." + name;
  }

  private void typesInTextAndBinary() throws SQLException {
    OffsetDateTime when = OffsetDateTime.parse("2024-02-29T12:34:56.000789Z");
    try (Connection connection = connect(target);
        PreparedStatement select =
            connection.prepareStatement(
                "select ?::timestamptz, ?::int[], ?::jsonb, ?::bytea, ?::numeric, ?::text")) {
      for (int i = 0; i < 10; i++) {
        select.setObject(1, when);
        select.setArray(2, connection.createArrayOf("int4", new Integer[] {1, null, 3}));
        select.setString(3, "{\"a\": \"ü\"}");
        select.setBytes(4, new byte[] {0, -1});
        select.setBigDecimal(5, new BigDecimal("1.50"));
        select.setString(6, null);
        try (ResultSet rows = select.executeQuery()) {
          rows.next();
          assertThat(rows.getObject(1, OffsetDateTime.class)).isEqualTo(when);
          Array array = rows.getArray(2);
          assertThat((Integer[]) array.getArray()).containsExactly(1, null, 3);
          assertThat(rows.getString(3)).isEqualTo("{\"a\": \"ü\"}");
          assertThat(rows.getBytes(4)).containsExactly(0, -1);
          assertThat(rows.getBigDecimal(5)).isEqualByComparingTo("1.5");
          assertThat(rows.getString(6)).isNull();
        }
      }
    }
  }

  private void preparedStatementsReused(Checks checks) throws SQLException {
    try (JdbcCrowd crowd = new JdbcCrowd(target);
        Connection connection = connect(target);
        PreparedStatement select = connection.prepareStatement("select ? + 1, pg_backend_pid()")) {
      for (int i = 0; i < 300; i++) {
        crowd.shift();
        select.setInt(1, i);
        try (ResultSet rows = select.executeQuery()) {
          rows.next();
          assertThat(rows.getInt(1)).isEqualTo(i + 1);
          checks.sawBackend(connection, rows.getInt(2));
        }
      }
    }
  }

  private void preparedStatementsInterleaved() throws SQLException {
    List<Connection> connections = new ArrayList<>();
    List<PreparedStatement> statements = new ArrayList<>();
    try (JdbcCrowd crowd = new JdbcCrowd(target)) {
      for (int n = 0; n < 5; n++) {
        connections.add(connect(target, "prepareThreshold", "1"));
        statements.add(connections.get(n).prepareStatement("select ?::int * " + n));
      }
      for (int i = 0; i < 60; i++) {
        crowd.shift();
        for (int n = 0; n < 5; n++) {
          statements.get(n).setInt(1, i);
          try (ResultSet rows = statements.get(n).executeQuery()) {
            rows.next();
            assertThat(rows.getInt(1)).as("client %d", n).isEqualTo(i * n);
          }
        }
      }
    } finally {
      for (Connection connection : connections) {
        connection.close();
      }
    }
  }

  private void preparedStatementsEvicted() throws SQLException {
    try (JdbcCrowd crowd = new JdbcCrowd(target);
        Connection connection =
            connect(target, "prepareThreshold", "1", "preparedStatementCacheQueries", "5")) {
      for (int i = 0; i < 150; i++) {
        crowd.shift();
        String sql = "select ?::int + " + i % 12;
        try (PreparedStatement select = connection.prepareStatement(sql)) {
          select.setInt(1, i);
          try (ResultSet rows = select.executeQuery()) {
            rows.next();
            assertThat(rows.getInt(1)).isEqualTo(i + i % 12);
          }
        }
      }
    }
  }

  private void simpleQueryMode() throws SQLException {
    try (JdbcCrowd crowd = new JdbcCrowd(target);
        Connection connection = connect(target, "preferQueryMode", "simple")) {
      for (int i = 0; i < 20; i++) {
        crowd.shift();
        assertThat(one(connection, "select " + i)).isEqualTo(Integer.toString(i));
        raises("22012", () -> execute(connection, "select 1; select 1/0; select 2"));
      }
    }
  }

  private void transactionsAndSavepoints() throws SQLException {
    String items = table("tx");
    try (Connection a = connect(target);
        Connection b = connect(target)) {
      execute(a, "create table " + items + " (id int primary key)");
      a.setAutoCommit(false);
      execute(a, "insert into " + items + " values (1)");
      assertThat(one(b, "select count(*) from " + items)).isEqualTo("0");
      Savepoint savepoint = a.setSavepoint("s");
      raises("23505", () -> execute(a, "insert into " + items + " values (1)"));
      raises("25P02", () -> execute(a, "select 1"));
      a.rollback(savepoint);
      a.commit();
      assertThat(one(b, "select count(*) from " + items)).isEqualTo("1");
      execute(a, "delete from " + items);
      a.rollback();
      assertThat(one(b, "select count(*) from " + items)).isEqualTo("1");
    }
  }

  private void errorsLeaveTheConnectionUsable() throws SQLException {
    try (Connection connection = connect(target)) {
      for (int i = 0; i < 20; i++) {
        raises("42601", () -> execute(connection, "selec 1"));
        raises("22012", () -> execute(connection, "select 1; select 1/0; select 2"));
        assertThat(one(connection, "select 1")).isEqualTo("1");
      }
    }
  }

  private void autosave() throws SQLException {
    try (Connection connection = connect(target, "autosave", "always")) {
      connection.setAutoCommit(false);
      execute(connection, "create table " + table("autosaved") + " (id int primary key)");
      execute(connection, "insert into " + table("autosaved") + " values (1)");
      for (int i = 0; i < 10; i++) {
        raises(
            "23505",
            () -> execute(connection, "insert into " + table("autosaved") + " values (1)"));
        assertThat(one(connection, "select 1")).isEqualTo("1");
      }
      connection.commit();
    }
  }

  private void batches() throws SQLException {
    for (String rewrite : List.of("false", "true")) {
      String table = table("batch_" + rewrite);
      try (Connection connection = connect(target, "reWriteBatchedInserts", rewrite)) {
        execute(connection, "create table " + table + " (id int, name text)");
        String sql = "insert into " + table + " values (?, ?)";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
          for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 1000; i++) {
              insert.setInt(1, i);
              insert.setString(2, "row " + i);
              insert.addBatch();
            }
            assertThat(insert.executeBatch()).hasSize(1000);
          }
        }
        assertThat(one(connection, "select count(*) from " + table)).isEqualTo("3000");
      }
    }
  }

  private void batchWithAnError() throws SQLException {
    String table = table("failing");
    try (Connection connection = connect(target)) {
      execute(connection, "create table " + table + " (id int primary key)");
      connection.setAutoCommit(false);
      String sql = "insert into " + table + " values (?)";
      try (PreparedStatement insert = connection.prepareStatement(sql)) {
        for (int i = 0; i < 500; i++) {
          insert.setInt(1, i == 300 ? 7 : i);
          insert.addBatch();
        }
        assertThatThrownBy(insert::executeBatch)
            .isInstanceOfSatisfying(
                BatchUpdateException.class, e -> assertThat(e.getSQLState()).isEqualTo("23505"));
      }
      connection.rollback();
      assertThat(one(connection, "select count(*) from " + table)).isEqualTo("0");
    }
  }

  private void generatedKeys() throws SQLException {
    String table = table("keys");
    try (Connection connection = connect(target)) {
      execute(connection, "create table " + table + " (id serial primary key, name text)");
      String sql = "insert into " + table + " (name) values ('x')";
      try (PreparedStatement insert =
          connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)) {
        for (int i = 1; i <= 20; i++) {
          insert.executeUpdate();
          try (ResultSet keys = insert.getGeneratedKeys()) {
            keys.next();
            assertThat(keys.getInt("id")).isEqualTo(i);
          }
        }
      }
    }
  }

  private void copyInAndOut() throws SQLException, IOException {
    String table = table("copied");
    String lines =
        String.join("\n", IntStream.range(0, 50_000).mapToObj(i -> i + "\trow " + i).toList());
    try (Connection connection = connect(target)) {
      execute(connection, "create table " + table + " (id int, name text)");
      CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
      assertThat(copy.copyIn("copy " + table + " from stdin", new StringReader(lines)))
          .isEqualTo(50_000);
      StringWriter out = new StringWriter();
      copy.copyOut("copy " + table + " to stdout", out);
      assertThat(out.toString().strip().equals(lines)).as("copied out as in").isTrue();
      raises(
          "22P02",
          () -> copy.copyIn("copy " + table + " from stdin", new StringReader("x\ty\n" + lines)));
      assertThat(one(connection, "select count(*) from " + table)).isEqualTo("50000");
    }
  }

  private void fetchSize() throws SQLException {
    try (JdbcCrowd crowd = new JdbcCrowd(target);
        Connection connection = connect(target, "defaultRowFetchSize", "100")) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("select * from generate_series(1, 1000)")) {
        long sum = 0;
        while (rows.next()) {
          sum += rows.getInt(1);
          if (rows.getInt(1) % 100 == 0) {
            crowd.shift();
          }
        }
        assertThat(sum).isEqualTo(500_500);
      }
      connection.commit();
    }
  }

  private void largeResult() throws SQLException {
    try (Connection connection = connect(target)) {
      String sql = "select i, repeat('x', 200) from generate_series(1, 50000) i";
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(sql)) {
        long sum = 0;
        while (rows.next()) {
          sum += rows.getInt(1);
        }
        assertThat(sum).isEqualTo(50_000L * 50_001 / 2);
      }
      assertThat(one(connection, "select repeat('y', 30000000)")).hasSize(30_000_000);
    }
  }

  private void metadata() throws SQLException {
    try (Connection connection = connect(target);
        ResultSet tables =
            connection.getMetaData().getTables(null, "pg_catalog", "pg_class", null)) {
      assertThat(tables.next()).isTrue();
      String version = connection.getMetaData().getDatabaseProductVersion();
      assertThat(one(connection, "show server_version")).isEqualTo(version);
      assertThat(Arrays.asList("on", "off"))
          .contains(one(connection, "show transaction_read_only"));
    }
  }
}
