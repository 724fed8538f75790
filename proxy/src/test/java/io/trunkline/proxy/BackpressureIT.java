package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Frontend.copyData;
import static io.trunkline.proxy.rig.Frontend.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Bystander;
import io.trunkline.proxy.rig.ConnectionLost;
import io.trunkline.proxy.rig.Footprint;
import io.trunkline.proxy.rig.Knob;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Setup;
import io.trunkline.proxy.rig.TestProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One side is slower than the other: the proxy holds the quick one back and keeps little itself.
class BackpressureIT {
  private static final long GROWTH_MAX = 128L << 20;
  private static final Duration WHILE = Duration.ofSeconds(4);
  private static final String HUGE =
      "SELECT repeat('x', 1000) FROM generate_series(1, 3000000)"; // 3 GB

  private final Postgres postgres = Postgres.shared();
  private TestProxy proxy;
  private Bystander bystander;

  @BeforeEach
  void start() throws IOException {
    proxy = TestProxy.start(Setup.transaction().with(Knob.POOL_SIZE, 8));
    bystander = new Bystander(proxy.endpoint());
  }

  @AfterEach
  void stop() throws IOException {
    bystander.close();
    proxy.close();
  }

  private long resident() throws IOException {
    Footprint footprint = proxy.footprint().orElse(null);
    return footprint == null ? 0 : footprint.residentBytes();
  }

  /// For a while, others are served and memory does not grow.
  private void staysCalm(long before) throws IOException {
    long end = System.nanoTime() + WHILE.toNanos();
    while (System.nanoTime() < end) {
      bystander.isUnharmed();
      assertThat(resident() - before).as("growth of memory").isLessThan(GROWTH_MAX);
    }
  }

  private void serversAreFree() {
    Await.until(
        Duration.ofSeconds(20),
        "servers are free again",
        () ->
            postgres
                .value(
                    "SELECT count(*) FROM pg_stat_activity WHERE usename='app' AND state<>'idle'")
                .equals("0"));
  }

  @Test
  void hugeResults_neverRead_areNotBuffered() throws IOException {
    long before = resident();
    List<RawClient> lazy = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      RawClient client = RawClient.login(proxy.endpoint());
      client.send(query(HUGE));
      lazy.add(client);
    }
    staysCalm(before);
    for (RawClient client : lazy) {
      client.reset();
    }
    serversAreFree();
    bystander.isUnharmed();
  }

  @Test
  void queries_neverReadTheAnswers_areHeldBack() throws IOException {
    RawClient client = RawClient.login(proxy.endpoint());
    byte[] thousand = query("SELECT repeat('x', 1000);".repeat(1000));
    neverEnding(client, thousand);
  }

  @Test
  void copyIn_serverIsSlow_isHeldBack() throws IOException {
    postgres.run(
        "CREATE OR REPLACE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
            + " 'BEGIN PERFORM pg_sleep(0.01); RETURN NULL; END'",
        "DROP TABLE IF EXISTS drain",
        "CREATE TABLE drain (t text)",
        "GRANT ALL ON drain TO app",
        "CREATE TRIGGER slow BEFORE INSERT ON drain FOR EACH ROW EXECUTE FUNCTION slow()");
    RawClient client = RawClient.login(proxy.endpoint());
    client.send(query("COPY drain FROM STDIN"));
    client.receiveUntil('G');
    neverEnding(client, copyData(("x".repeat(1000) + "\n").repeat(100)));
  }

  /// Sends as fast as the proxy takes it, which must not be much.
  private void neverEnding(RawClient client, byte[] bytes) throws IOException {
    long before = resident();
    AtomicLong sent = new AtomicLong();
    Thread writer = Thread.ofVirtual().start(() -> sendForEver(client, bytes, sent));
    staysCalm(before);
    long early = sent.get();
    staysCalm(before);
    assertThat(sent.get() - early).as("bytes taken while nobody reads").isLessThan(GROWTH_MAX);
    client.reset();
    writer.interrupt();
    serversAreFree();
    bystander.isUnharmed();
  }

  private static void sendForEver(RawClient client, byte[] bytes, AtomicLong sent) {
    try {
      while (!Thread.interrupted()) {
        client.send(bytes);
        sent.addAndGet(bytes.length);
      }
    } catch (ConnectionLost expected) { // this is how it ends
      client.note("-- " + expected.getMessage());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void hugeResult_readSlowly_isComplete() throws IOException {
    try (RawClient client = RawClient.login(proxy.endpoint())) {
      client.send(query("SELECT repeat('x', 1000) FROM generate_series(1, 100000)"));
      int rows = 0;
      for (char tag = 'T'; tag != 'Z'; tag = client.receive().tag()) {
        if (tag == 'D' && ++rows % 20_000 == 0) {
          bystander.isUnharmed();
        }
      }
      assertThat(rows).isEqualTo(100_000);
    }
  }
}
