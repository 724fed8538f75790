package io.trunkline.proxy.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.pgbouncer.Pair.Side;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What `SET` does to how servers are used and told of, beside [SetOptionsIT].
class SetServerOptionsIT extends OnPair {
  SetServerOptionsIT() {
    super("stats_period = 1\n");
  }

  /// Ours has them in turn on each event loop: of more clients than there are loops, two meet.
  @ParameterizedTest
  @EnumSource
  void serverRoundRobin_usesThemInTurn(Side side) throws Exception {
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i <= Runtime.getRuntime().availableProcessors(); i++) {
        clients.add(app(side));
        clients.getLast().query("BEGIN");
      }
      for (RawClient client : clients) {
        client.query("COMMIT");
      }
      assertThat(mostServers(clients)).isEqualTo(1);
      pair.command(side, "SET server_round_robin = 1");
      assertThat(mostServers(clients)).isGreaterThan(1);
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  private static int mostServers(List<RawClient> clients) throws IOException {
    int most = 0;
    for (RawClient client : clients) {
      most = Math.max(most, serversOf(client).size());
    }
    return most;
  }

  /// Those that a few transactions are done by.
  private static Set<String> serversOf(RawClient client) throws IOException {
    Set<String> pids = new HashSet<>();
    for (int i = 0; i < 6; i++) {
      pids.add(client.query("SELECT pg_backend_pid()").value());
    }
    return pids;
  }

  /// 1.18 does not have it.
  @Test
  void maxPreparedStatements_closesThoseBeyond() throws Exception {
    try (RawClient client = app(Side.OURS)) {
      prepare(client, "a", "SELECT 1");
      prepare(client, "b", "SELECT 2");
      assertThat(prepared(client)).isEqualTo("2");
      pair.command(Side.OURS, "SET max_prepared_statements = 1");
      prepare(client, "c", "SELECT 3");
      prepare(client, "d", "SELECT 4");
      Await.until(
          SOON, "one is left", () -> prepare(client, "a", "") && prepared(client).equals("1"));
    }
  }

  /// Prepares a statement, or uses one that is.
  private static boolean prepare(RawClient client, String name, String sql) throws IOException {
    byte[] parse = sql.isEmpty() ? new byte[0] : Frontend.parse(name, sql);
    client.ask(parse, Frontend.bind("", name), Frontend.execute("", 0), Frontend.sync());
    return true;
  }

  private static String prepared(RawClient client) throws IOException {
    return client.query("SELECT count(*) FROM pg_prepared_statements").value();
  }

  /// 1.18 goes on in the period it began with.
  @Test
  void statsPeriod_longer_saysThemNoMore() throws Exception {
    long before = stats();
    Await.until(SOON, "they are said", () -> stats() > before);
    pair.command(Side.OURS, "SET stats_period = 600");
    Await.until(SOON, "they are said no more", this::saysNoMore);
  }

  private boolean saysNoMore() throws IOException {
    long before = stats();
    LockSupport.parkNanos(Duration.ofMillis(2500).toNanos());
    return stats() == before;
  }

  private long stats() throws IOException {
    return pair.log(Side.OURS).lines().filter(line -> line.contains("LOG stats: ")).count();
  }
}
