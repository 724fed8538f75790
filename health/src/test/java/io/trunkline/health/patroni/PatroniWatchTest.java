package io.trunkline.health.patroni;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.health.etcd.Entry;
import io.trunkline.health.etcd.Etcd;
import io.trunkline.health.etcd.EtcdLeases;
import io.trunkline.health.etcd.EtcdSettings;
import io.trunkline.health.etcd.Keyspace;
import io.trunkline.health.etcd.StoreAddress;
import io.trunkline.protocol.tls.HttpsSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Answers that a sound etcd never gives.
class PatroniWatchTest {
  private final Map<String, Keyspace> endpoints = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
  private final List<String> holders = new CopyOnWriteArrayList<>();

  private static Keyspace holds(String holder, long revision) {
    return new Keyspace(7, revision, new TreeMap<>(Map.of("leader", new Entry(holder, 1, 1))));
  }

  private void serve(String endpoint, Keyspace keys) {
    endpoints.put(endpoint, keys);
    asked.put(endpoint, new AtomicInteger());
  }

  /// Answers once in a connection.
  private Etcd dial(StoreAddress endpoint) {
    return new Etcd() {
      private boolean answered;

      @Override
      public void read(Duration patience, Consumer<Answer> answer) {
        String name = endpoint.address().host();
        asked.get(name).incrementAndGet();
        answer.accept(answered ? new Answer.Failed("gone") : new Answer.All(endpoints.get(name)));
        answered = true;
      }

      @Override
      public void watch(long fromRevision, Consumer<Answer> answer) {}

      @Override
      public EtcdLeases leases() {
        throw new UnsupportedOperationException();
      }

      @Override
      public void close() {}
    };
  }

  private PatroniWatch watch(String... endpoints) {
    PatroniWatch watch =
        new PatroniWatch(
            "main",
            new EtcdSettings(
                List.of(endpoints),
                null,
                null,
                HttpsSettings.defaults(),
                Duration.ofMillis(1),
                Duration.ofSeconds(1)),
            this::dial,
            System::nanoTime,
            new SplittableRandom(1));
    watch.start(now -> holders.add(String.valueOf(now.view().holder())));
    return watch;
  }

  private void awaitAsked(String endpoint, int times) {
    int before = asked.get(endpoint).get();
    Waits.until("asked", () -> asked.get(endpoint).get() >= before + times);
  }

  /// A member that lost the end of its log, and does not know it.
  @Test
  void endpoint_thatIsBehind_movesNothingBackWhileAnotherKnowsMore() throws Exception {
    serve("sound", holds("node2", 100));
    serve("behind", holds("node1", 50));
    try (PatroniWatch _ = watch("sound", "behind")) {
      awaitAsked("behind", 3);
      awaitAsked("sound", 1);
    }

    assertThat(holders).contains("node2").doesNotContain("node1");
  }

  @Test
  void allEndpoints_behind_areBelieved() throws Exception {
    serve("a", holds("node2", 100));
    serve("b", holds("node2", 100));
    try (PatroniWatch _ = watch("a", "b")) {
      Waits.until("known", () -> holders.contains("node2"));

      serve("a", holds("node1", 50));
      serve("b", holds("node1", 50));

      Waits.until("believed", () -> holders.getLast().equals("node1"));
    }
  }
}
