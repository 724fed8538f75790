package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Frontend.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.Knob;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Setup;
import io.trunkline.proxy.rig.TestProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// More clients than servers: who waits, how long, and what they are told.
class PoolIT {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final Postgres postgres = Postgres.shared();

  @BeforeAll
  static void onlyPools() {
    TestProxy.Kind.assumeProxy();
  }

  private static TestProxy start(Setup setup) throws IOException {
    return TestProxy.start(setup.with(Knob.EVENT_LOOPS, 3));
  }

  private static Setup poolOfOne() {
    return Setup.transaction().with(Knob.POOL_SIZE, 1);
  }

  private static RawClient login(TestProxy proxy) throws IOException {
    return RawClient.login(proxy.endpoint()).patience(SOON);
  }

  private long sleeping() throws IOException {
    return Long.parseLong(
        postgres.value(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app' AND state = 'active'"
                + " AND query LIKE '%pg_sleep%'"));
  }

  private void isCancelledOnTheServer() {
    Await.until(SOON, "the query has ended on the server", () -> sleeping() == 0);
  }

  /// Everything up to the end of the connection, which must come; the last message is the reason.
  private static String lastSqlState(RawClient client) throws IOException {
    List<Message> said = client.receiveUntilClosed();
    assertThat(said).as("said before the end, %s", client).isNotEmpty();
    return said.getLast().sqlState();
  }

  @Test
  void poolOfOne_manyClientsOnManyLoops_allProgress() throws Exception {
    AtomicInteger done = new AtomicInteger();
    ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    try (TestProxy proxy = start(poolOfOne())) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        threads.add(Thread.ofVirtual().start(() -> workFifty(proxy, done, failures)));
      }
      for (Thread thread : threads) {
        thread.join(Duration.ofSeconds(60));
      }
      assertThat(failures).isEmpty();
      assertThat(done).hasValue(1000);
    }
  }

  private static void workFifty(
      TestProxy proxy, AtomicInteger done, ConcurrentLinkedQueue<Throwable> failures) {
    try (RawClient client = RawClient.login(proxy.endpoint())) {
      for (int i = 0; i < 50; i++) {
        assertThat(client.query("SELECT " + i).value()).isEqualTo(String.valueOf(i));
        done.incrementAndGet();
      }
    } catch (IOException | RuntimeException | Error e) {
      failures.add(e);
    }
  }

  /// Those who came first are served first, from loop to loop, give or take who was on the way.
  @Test
  void poolOfOne_waiters_areServedInTurn() throws Exception {
    try (TestProxy proxy = start(poolOfOne());
        RawClient holder = login(proxy)) {
      holder.query("BEGIN");
      ConcurrentLinkedQueue<Integer> order = new ConcurrentLinkedQueue<>();
      List<Thread> threads = new ArrayList<>();
      List<RawClient> waiters = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        int number = i;
        RawClient waiter = login(proxy);
        waiters.add(waiter);
        waiter.send(query("SELECT pg_sleep(0.05)"));
        assertThat(waiter.poll(Duration.ofMillis(50))).as("it waits").isEmpty();
        threads.add(Thread.ofVirtual().start(() -> noteWhenServed(waiter, number, order)));
      }
      holder.query("COMMIT");
      for (Thread thread : threads) {
        thread.join(SOON);
      }
      assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
      for (RawClient waiter : waiters) {
        waiter.close();
      }
    }
  }

  private static void noteWhenServed(
      RawClient waiter, int number, ConcurrentLinkedQueue<Integer> order) {
    try {
      waiter.receiveUntilReady();
      order.add(number);
    } catch (IOException e) {
      order.add(-1);
    }
  }

  @Test
  void servers_manyClients_stayWithinTheLimit() throws Exception {
    String begin = postgres.value("SELECT clock_timestamp()"); // older servers are other tests'
    try (TestProxy proxy = start(Setup.transaction().with(Knob.POOL_SIZE, 3))) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        RawClient client = RawClient.login(proxy.endpoint());
        clients.add(client);
        client.send(
            query(
                "SELECT count(*) FROM pg_stat_activity, pg_sleep(0.02)"
                    + " WHERE usename = 'app' AND backend_type = 'client backend'"
                    + " AND backend_start > '%s'".formatted(begin)));
      }
      for (RawClient client : clients) {
        long servers = Long.parseLong(new Answer(client.receiveUntilReady()).value());
        assertThat(servers).isLessThanOrEqualTo(3);
        client.close();
      }
    }
  }

  @Test
  void clients_moreThanAllowed_areRefused() throws Exception {
    try (TestProxy proxy = start(Setup.transaction().with(Knob.CLIENTS_MAX, 3))) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        clients.add(login(proxy));
      }
      assertThatThrownBy(() -> login(proxy))
          .isInstanceOfSatisfying(
              LoginRefused.class, refused -> assertThat(refused.sqlState()).isEqualTo("53300"));
      clients.removeFirst().close();
      Await.until(SOON, "there is room again", () -> mayLogIn(proxy));
      for (RawClient client : clients) {
        assertThat(client.query("SELECT 1").value()).isEqualTo("1");
        client.close();
      }
    }
  }

  private static boolean mayLogIn(TestProxy proxy) throws IOException {
    try (RawClient client = login(proxy)) {
      return client.status() == 'I';
    } catch (LoginRefused expected) { // not yet
      return false;
    }
  }

  @Test
  void queryWait_tooLong_isAnError() throws Exception {
    Setup setup = poolOfOne().with(Knob.QUERY_WAIT, Duration.ofMillis(500));
    try (TestProxy proxy = start(setup);
        RawClient holder = login(proxy);
        RawClient waiter = login(proxy)) {
      holder.query("BEGIN");
      waiter.send(query("SELECT 1"));
      Message error = waiter.receive();
      assertThat(error.sqlState()).isIn("53300", "57014");
      assertThat(holder.query("SELECT 2").value()).isEqualTo("2");
      holder.query("COMMIT");
      try (RawClient next = login(proxy)) {
        assertThat(next.query("SELECT 3").value()).isEqualTo("3");
      }
    }
  }

  @Test
  void query_tooLong_isCancelled() throws Exception {
    Setup setup = poolOfOne().with(Knob.QUERY, Duration.ofMillis(500));
    try (TestProxy proxy = start(setup);
        RawClient client = login(proxy)) {
      client.send(query("SELECT pg_sleep(30)"));
      assertThat(client.receiveUntil('E').getLast().sqlState()).isEqualTo("57014");
      isCancelledOnTheServer();
      try (RawClient next = login(proxy)) {
        assertThat(next.query("SELECT 3").value()).isEqualTo("3");
      }
    }
  }

  @Test
  void query_manyShortOnes_areNotOneLongOne() throws Exception {
    Setup setup = poolOfOne().with(Knob.QUERY, Duration.ofSeconds(1));
    try (TestProxy proxy = start(setup);
        RawClient client = login(proxy)) {
      client.query("BEGIN");
      for (int i = 0; i < 8; i++) {
        assertThat(client.query("SELECT pg_sleep(0.3)").sqlState()).isEqualTo("00000");
      }
      assertThat(client.query("COMMIT").sqlState()).isEqualTo("00000");
    }
  }

  @Test
  void transaction_tooLong_ends() throws Exception {
    Setup setup = poolOfOne().with(Knob.TRANSACTION, Duration.ofSeconds(1));
    try (TestProxy proxy = start(setup);
        RawClient client = login(proxy);
        RawClient next = login(proxy)) {
      client.query("BEGIN");
      client.query("SELECT 1");
      client.send(query("SELECT pg_sleep(30)"));
      assertThat(client.receiveUntil('E').getLast().sqlState()).isIn("25P04", "57014");
      isCancelledOnTheServer();
      assertThat(next.query("SELECT 3").value()).isEqualTo("3");
    }
  }

  @Test
  void idleInTransaction_tooLong_ends() throws Exception {
    Setup setup = poolOfOne().with(Knob.IDLE_IN_TRANSACTION, Duration.ofSeconds(1));
    try (TestProxy proxy = start(setup);
        RawClient client = login(proxy);
        RawClient next = login(proxy)) {
      client.query("BEGIN");
      assertThat(lastSqlState(client)).isEqualTo("25P03");
      assertThat(next.query("SELECT 3").value()).isEqualTo("3");
    }
  }

  @Test
  void idleInTransaction_workOrNoTransaction_isLeftAlone() throws Exception {
    Setup setup = poolOfOne().with(Knob.IDLE_IN_TRANSACTION, Duration.ofSeconds(1));
    try (TestProxy proxy = start(setup);
        RawClient client = login(proxy)) {
      client.query("BEGIN");
      assertThat(client.query("SELECT pg_sleep(2)").sqlState()).isEqualTo("00000");
      client.query("COMMIT");
      assertThat(client.poll(Duration.ofSeconds(2))).isEmpty();
      assertThat(client.query("SELECT 1").value()).isEqualTo("1");
    }
  }

  @Test
  void clientIdle_tooLong_ends() throws Exception {
    Setup setup = poolOfOne().with(Knob.CLIENT_IDLE, Duration.ofSeconds(1));
    try (TestProxy proxy = start(setup);
        RawClient client = login(proxy)) {
      assertThat(client.query("SELECT 1").value()).isEqualTo("1");
      assertThat(lastSqlState(client)).isEqualTo("57P05");
    }
  }

  @Test
  void cancel_whileWaiting_leavesTheQueue() throws Exception {
    try (TestProxy proxy = start(poolOfOne());
        RawClient holder = login(proxy);
        RawClient waiter = login(proxy)) {
      holder.query("BEGIN");
      waiter.send(query("SELECT 'never'"));
      assertThat(waiter.poll(Duration.ofMillis(200))).isEmpty();
      waiter.cancel();
      Answer answer = new Answer(waiter.receiveUntilReady());
      assertThat(answer.sqlState()).isEqualTo("57014");
      assertThat(answer.status()).isEqualTo('I');
      assertThat(holder.query("SELECT 1").value()).isEqualTo("1");
      holder.query("COMMIT");
      assertThat(waiter.query("SELECT 'now'").value()).isEqualTo("now");
    }
  }

  @Test
  void client_vanishesInAQuery_queryIsCancelled() throws Exception {
    try (TestProxy proxy = start(poolOfOne())) {
      for (int i = 0; i < 4; i++) {
        RawClient client = login(proxy);
        client.send(query("SELECT pg_sleep(60)"));
        Await.until(SOON, "it runs", () -> sleeping() == 1);
        if (i % 2 == 0) {
          client.vanish();
        } else {
          client.reset();
        }
        isCancelledOnTheServer();
        try (RawClient next = login(proxy)) {
          assertThat(next.query("SELECT 1").value()).isEqualTo("1");
        }
      }
    }
  }

  /// The proxy used to wait for the rest of the COPY, which held its locks for ever.
  @Test
  void client_terminatesAmidItsCopy_serverEndsItToo() throws Exception {
    postgres.run("DROP TABLE IF EXISTS witness", "CREATE TABLE witness (t text)");
    postgres.run("GRANT ALL ON witness TO app");
    try (TestProxy proxy = start(poolOfOne())) {
      RawClient client = login(proxy);
      client.send(query("COPY witness FROM STDIN"));
      assertThat(client.receive().tag()).isEqualTo('G');
      client.send(Frontend.copyData("half a table\n"));
      client.close();
      try (RawClient next = login(proxy)) {
        assertThat(next.query("SELECT count(*) FROM witness").value()).isEqualTo("0");
      }
    }
  }

  @Test
  void client_vanishesWhileWaiting_isNotServed() throws Exception {
    try (TestProxy proxy = start(poolOfOne());
        RawClient holder = login(proxy);
        RawClient patient = login(proxy)) {
      postgres.run("DROP TABLE IF EXISTS witness", "CREATE TABLE witness (t text)");
      postgres.run("GRANT ALL ON witness TO app");
      holder.query("BEGIN");
      RawClient hasty = login(proxy);
      hasty.send(query("INSERT INTO witness VALUES ('never')"));
      assertThat(hasty.poll(Duration.ofMillis(200))).isEmpty();
      hasty.reset();
      patient.send(query("SELECT 1"));
      assertThat(patient.poll(Duration.ofMillis(500))).isEmpty();
      holder.query("COMMIT");
      assertThat(new Answer(patient.receiveUntilReady()).value()).isEqualTo("1");
      assertThat(postgres.value("SELECT count(*) FROM witness")).isEqualTo("0");
    }
  }
}
