package io.trunkline.proxy.crosstalk;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.Depth;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Knob;
import io.trunkline.proxy.rig.PoolMode;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Setup;
import io.trunkline.proxy.rig.TestProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Hundreds of clients over a few servers, doing everything at once, being cancelled and killed:
/// each of them only ever sees its own.
///
/// `-Dcrosstalk.seconds=`, `-Dcrosstalk.guests=`, `-Dcrosstalk.pool=` and `-Dcrosstalk.seed=` shape
/// a run; a failure names its seed.
class CrossTalkIT {
  private static final int SECONDS = Integer.getInteger("crosstalk.seconds", Depth.of(90, 600));
  private static final int GUESTS = Integer.getInteger("crosstalk.guests", 200);
  private static final int POOL = Integer.getInteger("crosstalk.pool", 12);
  private static final long SEED = Long.getLong("crosstalk.seed", System.nanoTime());

  private final Postgres postgres = Postgres.shared();
  private final Tally tally = new Tally();

  @BeforeEach
  void build() throws IOException {
    House.build();
  }

  @Test
  void transaction_manyClients_eachSeesItsOwn() throws Exception {
    run(PoolMode.TRANSACTION, GUESTS, SECONDS, 1_000_000);
  }

  @Test
  void transaction_serversKilled_eachSeesItsOwn() throws Exception {
    run(PoolMode.TRANSACTION, GUESTS, Math.max(5, SECONDS / 3), 300);
  }

  @Test
  void session_asManyClientsAsServers_eachSeesItsOwn() throws Exception {
    run(PoolMode.SESSION, POOL, Math.max(5, SECONDS / 6), 1_000_000);
  }

  private void run(PoolMode mode, int guests, int seconds, long chaosMillis) throws Exception {
    Setup setup = Setup.of(mode).with(Knob.POOL_SIZE, POOL).with(Knob.CLIENTS_MAX, 1000);
    try (TestProxy proxy = TestProxy.start(setup.with(Knob.EVENT_LOOPS, 4))) {
      party(proxy, guests, seconds, chaosMillis);
      aftermath(proxy);
    }
  }

  private void party(TestProxy proxy, int guests, int seconds, long chaosMillis) throws Exception {
    Map<String, String> defaults = defaults();
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    Chaos chaos = new Chaos(chaosMillis, tally);
    Thread reign = Thread.ofVirtual().start(chaos::reign);
    List<Thread> threads = new ArrayList<>();
    Scenes scenes = Scenes.all();
    for (int id = 0; id < guests; id++) {
      Guest guest = new Guest(id, proxy.endpoint(), SEED, tally, defaults);
      threads.add(
          Thread.ofVirtual().start(() -> guest.live(scenes, () -> System.nanoTime() > end)));
    }
    join(threads, Duration.ofSeconds(seconds + 120));
    chaos.end();
    reign.join();
    if (tally.failed()) {
      throw new AssertionError("seed " + SEED + ", " + tally, tally.failure());
    }
    System.out.println("crosstalk, seed " + SEED + ": " + tally);
    assertThat(tally.of("hurt"))
        .as("clients hurt, seed %d, %s", SEED, tally)
        .isLessThanOrEqualTo(tally.of("terminated"));
  }

  /// Ends everybody at the first failure: it is not to be buried under what follows from it.
  private void join(List<Thread> guests, Duration atMost) {
    Await.until(
        atMost,
        "all guests go home, seed " + SEED,
        () -> tally.failed() || guests.stream().noneMatch(Thread::isAlive));
    guests.forEach(Thread::interrupt);
  }

  /// What every guest sees that asks for nothing.
  private Map<String, String> defaults() throws IOException {
    try (RawClient plain = RawClient.login(postgres.app())) {
      return Map.of(
          Belongings.TENANT, "",
          Belongings.NAME, "",
          Belongings.PATH, plain.query("SHOW search_path").value(),
          Belongings.ZONE, plain.query("SHOW TimeZone").value(),
          Belongings.TIMEOUT, plain.query("SHOW statement_timeout").value());
    }
  }

  private void aftermath(TestProxy proxy) throws IOException {
    boolean pooled = TestProxy.Kind.chosen() != TestProxy.Kind.DIRECT;
    try {
      Await.until(
          Duration.ofSeconds(
              pooled ? 20 : 45), // PostgreSQL alone does not notice a vanished client
          "no server is busy and at most " + POOL + " are left",
          () -> busy() == 0 && servers() <= (pooled ? POOL : 0));
    } catch (ConditionTimeoutException tooLate) {
      throw new AssertionError("seed " + SEED + ", left behind:\n" + left(), tooLate);
    }
    assertThat(postgres.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))
        .isEqualTo("0");
    assertThat(postgres.value("SELECT count(*) FROM ledger WHERE verdict = 'never'"))
        .as("rows of transactions that never ended, seed %d", SEED)
        .isEqualTo("0");
    long kept = Long.parseLong(postgres.value("SELECT count(*) FROM ledger"));
    assertThat(kept)
        .as("committed rows, seed %d", SEED)
        .isBetween(tally.of("commit confirmed"), tally.of("commit asked"));
    everyServerWorks(proxy);
  }

  private String left() throws IOException {
    return postgres.value(
        "SELECT string_agg(concat_ws(' | ', pid, state, wait_event, now() - state_change, query),"
            + " E'\\n') FROM pg_stat_activity WHERE usename = 'app'");
  }

  private long busy() throws IOException {
    return count("AND state <> 'idle'");
  }

  private long servers() throws IOException {
    return count("");
  }

  private long count(String more) throws IOException {
    return Long.parseLong(
        postgres.value(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'"
                + " AND backend_type = 'client backend' "
                + more));
  }

  private static void everyServerWorks(TestProxy proxy) throws IOException {
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < POOL; i++) {
      RawClient client = RawClient.login(proxy.endpoint());
      clients.add(client);
      assertThat(client.query("BEGIN").sqlState()).isEqualTo("00000");
    }
    for (RawClient client : clients) {
      assertThat(client.query("COMMIT").sqlState()).isEqualTo("00000");
      client.close();
    }
  }
}
