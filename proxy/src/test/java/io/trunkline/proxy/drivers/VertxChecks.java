package io.trunkline.proxy.drivers;

import static io.trunkline.proxy.drivers.VertxTrial.await;
import static io.trunkline.proxy.drivers.VertxTrial.raises;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Cursor;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// What an application of the Vert.x client does.
record VertxChecks(Vertx vertx, Target target, String schema) {

  void register(Checks checks) {
    checks
        .reads("types", this::types)
        .reads("pipelined_queries", this::pipelinedQueries)
        .reads("prepared_statements_reused", () -> preparedStatementsReused(checks))
        .reads("cached_statements_interleaved", this::cachedStatementsInterleaved)
        .reads("errors_in_a_pipeline", this::errorsInPipeline)
        .writes("transactions", this::transactions)
        .writes("batch", this::batch)
        .reads("cursor_reads_in_parts", this::cursorReadsInParts)
        .writes("listen_notify", this::listenNotify)
        .reads("settings_are_each_clients_own", this::settingsAreEachClientsOwn)
        .reads("cancel", this::cancel)
        .reads("pool", this::pool)
        .reads("reconnects", this::reconnects)
        .reads("refused_logins", this::refusedLogins)
        .only(Mode.REPLICA, "is_a_standby", this::isStandby);
  }

  private PgConnectOptions options() {
    return new PgConnectOptions()
        .setHost(target.host())
        .setPort(target.port())
        .setUser(target.user())
        .setPassword(target.password())
        .setDatabase(target.database());
  }

  PgConnection connect() throws ExecutionException, InterruptedException {
    return await(PgConnection.connect(vertx, options()));
  }

  void writeOnce(String sql) throws ExecutionException, InterruptedException {
    if (target.mode() != Mode.REPLICA) {
      PgConnection connection = connect();
      await(connection.query(sql).execute());
      await(connection.close());
    }
  }

  private static int intOf(RowSet<Row> rows) {
    return rows.iterator().next().getInteger(0);
  }

  private static String text(PgConnection connection, String sql)
      throws ExecutionException, InterruptedException {
    return await(connection.query(sql).execute()).iterator().next().getString(0);
  }

  private void types() throws Exception {
    PgConnection connection = connect();
    OffsetDateTime when = OffsetDateTime.parse("2024-02-29T12:34:56.000789Z");
    JsonObject json = new JsonObject().put("a", "ü");
    Row row =
        await(
                connection
                    .preparedQuery("select $1::timestamptz, $2::int[], $3::jsonb, $4::text")
                    .execute(Tuple.of(when, new Integer[] {1, null, 3}, json, null)))
            .iterator()
            .next();
    assertThat(row.getOffsetDateTime(0)).isEqualTo(when);
    assertThat(row.getArrayOfIntegers(1)).containsExactly(1, null, 3);
    assertThat(row.getJsonObject(2)).isEqualTo(json);
    assertThat(row.getString(3)).isNull();
    await(connection.close());
  }

  private void pipelinedQueries() throws Exception {
    PgConnection connection = connect();
    try (VertxCrowd crowd = new VertxCrowd(this)) {
      for (int round = 0; round < 5; round++) {
        crowd.shift();
        List<Future<RowSet<Row>>> answers =
            IntStream.range(0, 300)
                .mapToObj(i -> connection.preparedQuery("select $1::int").execute(Tuple.of(i)))
                .toList();
        for (int i = 0; i < 300; i++) {
          assertThat(intOf(await(answers.get(i)))).isEqualTo(i);
        }
      }
    }
    await(connection.close());
  }

  private void preparedStatementsReused(Checks checks) throws Exception {
    PgConnection connection = connect();
    PreparedStatement select = await(connection.prepare("select $1::int + 1, pg_backend_pid()"));
    try (VertxCrowd crowd = new VertxCrowd(this)) {
      for (int i = 0; i < 300; i++) {
        crowd.shift();
        Row row = await(select.query().execute(Tuple.of(i))).iterator().next();
        assertThat(row.getInteger(0)).isEqualTo(i + 1);
        checks.sawBackend(connection, row.getInteger(1));
      }
    }
    await(select.close());
    await(connection.close());
  }

  private void cachedStatementsInterleaved() throws Exception {
    List<PgConnection> connections = new ArrayList<>();
    PgConnectOptions caching =
        options().setCachePreparedStatements(true).setPreparedStatementCacheMaxSize(5);
    for (int n = 0; n < 4; n++) {
      connections.add(await(PgConnection.connect(vertx, caching)));
    }
    try (VertxCrowd crowd = new VertxCrowd(this)) {
      for (int i = 0; i < 80; i++) {
        crowd.shift();
        for (int n = 0; n < 4; n++) {
          String sql = "select $1::int * " + n + " + " + i % 8;
          RowSet<Row> rows = await(connections.get(n).preparedQuery(sql).execute(Tuple.of(i)));
          assertThat(intOf(rows)).as("client %d", n).isEqualTo(i * n + i % 8);
        }
      }
    }
    for (PgConnection connection : connections) {
      await(connection.close());
    }
  }

  private void errorsInPipeline() throws Exception {
    PgConnection connection = connect();
    for (int round = 0; round < 10; round++) {
      Future<?> syntax = connection.query("selec 1").execute();
      Future<?> zero = connection.preparedQuery("select 1 / $1::int").execute(Tuple.of(0));
      Future<RowSet<Row>> good =
          connection.preparedQuery("select $1::int").execute(Tuple.of(round));
      raises("42601", syntax);
      raises("22012", zero);
      assertThat(intOf(await(good))).isEqualTo(round);
    }
    await(connection.close());
  }

  private void transactions() throws Exception {
    PgConnection connection = connect();
    String table = schema + ".tx";
    await(connection.query("create table " + table + " (id int primary key)").execute());
    Transaction failing = await(connection.begin());
    await(connection.query("insert into " + table + " values (1)").execute());
    raises("23505", connection.query("insert into " + table + " values (1)").execute());
    // The client itself may have rolled back already: it does so once a statement has failed.
    await(failing.rollback().otherwiseEmpty());
    Transaction good = await(connection.begin());
    await(connection.query("insert into " + table + " values (2)").execute());
    await(good.commit());
    assertThat(intOf(await(connection.query("select sum(id)::int from " + table).execute())))
        .isEqualTo(2);
    await(connection.close());
  }

  private void batch() throws Exception {
    PgConnection connection = connect();
    String table = schema + ".batch";
    await(connection.query("create table " + table + " (id int primary key)").execute());
    List<Tuple> tuples = IntStream.range(0, 3000).mapToObj(i -> Tuple.of(i)).toList();
    String sql = "insert into " + table + " values ($1)";
    await(connection.preparedQuery(sql).executeBatch(tuples));
    raises("23505", connection.preparedQuery(sql).executeBatch(tuples.reversed()));
    assertThat(intOf(await(connection.query("select count(*)::int from " + table).execute())))
        .isEqualTo(3000);
    await(connection.close());
  }

  private void cursorReadsInParts() throws Exception {
    PgConnection connection = connect();
    try (VertxCrowd crowd = new VertxCrowd(this)) {
      Transaction transaction = await(connection.begin());
      PreparedStatement select =
          await(connection.prepare("select i from generate_series(1, $1::int) i"));
      Cursor cursor = select.cursor(Tuple.of(1000));
      long sum = 0;
      do {
        for (Row row : await(cursor.read(50))) {
          sum += row.getInteger(0);
        }
        crowd.shift();
      } while (cursor.hasMore());
      assertThat(sum).isEqualTo(500_500);
      await(cursor.close());
      await(transaction.commit());
    }
    await(connection.close());
  }

  private void listenNotify() throws Exception {
    PgConnection listener = connect();
    PgConnection sender = connect();
    BlockingQueue<String> got = new LinkedBlockingQueue<>();
    listener.notificationHandler(notification -> got.add(notification.getPayload()));
    await(listener.query("listen " + schema).execute());
    try (VertxCrowd crowd = new VertxCrowd(this)) {
      for (int i = 0; i < 5; i++) {
        crowd.shift();
        await(sender.query("notify " + schema + ", '" + i + "'").execute());
      }
    }
    for (int i = 0; i < 5; i++) {
      assertThat(got.poll(10, TimeUnit.SECONDS)).isEqualTo(Integer.toString(i));
    }
    await(listener.close());
    await(sender.close());
  }

  private void settingsAreEachClientsOwn() throws Exception {
    List<PgConnection> clients = new ArrayList<>();
    for (String name : List.of("a", "b")) {
      PgConnection client =
          await(PgConnection.connect(vertx, options().addProperty("application_name", name)));
      await(client.query("set statement_timeout = '9" + clients.size() + "s'").execute());
      clients.add(client);
    }
    try (VertxCrowd crowd = new VertxCrowd(this)) {
      for (int i = 0; i < 40; i++) {
        crowd.shift();
        for (int n = 1; n >= 0; n--) {
          assertThat(text(clients.get(n), "show application_name")).isEqualTo(n == 0 ? "a" : "b");
          assertThat(text(clients.get(n), "show statement_timeout")).isEqualTo("9" + n + "s");
        }
      }
    }
    for (PgConnection client : clients) {
      await(client.close());
    }
  }

  private void cancel() throws Exception {
    PgConnection connection = connect();
    for (int i = 0; i < 3; i++) {
      BlockingQueue<String> notices = new LinkedBlockingQueue<>();
      connection.noticeHandler(notice -> notices.add(notice.getMessage()));
      Future<?> sleeping =
          connection
              .query("do $$ begin raise notice 'begun'; perform pg_sleep(30); end $$")
              .execute();
      assertThat(notices.poll(10, TimeUnit.SECONDS)).isEqualTo("begun");
      await(connection.cancelRequest());
      raises("57014", sleeping);
      assertThat(text(connection, "select 'still'")).isEqualTo("still");
    }
    await(connection.close());
  }

  private void pool() throws Exception {
    Pool pool =
        PgBuilder.pool()
            .with(new PoolOptions().setMaxSize(6))
            .connectingTo(options())
            .using(vertx)
            .build();
    List<Future<RowSet<Row>>> answers =
        IntStream.range(0, 300)
            .mapToObj(i -> pool.preparedQuery("select $1::int").execute(Tuple.of(i)))
            .toList();
    for (int i = 0; i < 300; i++) {
      assertThat(intOf(await(answers.get(i)))).isEqualTo(i);
    }
    await(pool.close());
  }

  private void reconnects() throws Exception {
    for (int i = 0; i < 40; i++) {
      PgConnection connection = connect();
      assertThat(text(connection, "select '" + i + "'")).isEqualTo(Integer.toString(i));
      await(connection.close());
    }
  }

  private void refusedLogins() {
    raises("28P01", PgConnection.connect(vertx, options().setPassword("wrong")));
    raises("3D000", PgConnection.connect(vertx, options().setDatabase("no_such_database")));
  }

  private void isStandby() throws Exception {
    PgConnection connection = connect();
    assertThat(text(connection, "select pg_is_in_recovery()::text")).isEqualTo("true");
    raises("25006", connection.query("create table never (id int)").execute());
    await(connection.close());
  }
}
