package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Frontend.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two instances behind one address, and a cancel request that comes to the wrong one.
class PeersIT {
  private static final int V3_0 = 3 << 16;
  private static final int V3_2 = 3 << 16 | 2;
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String QUERY_CANCELED = "57014";

  private final Postgres postgres = Postgres.shared();

  private ProxyServer instance(int self, int... ports) {
    return Configured.start(
        """
        listeners: [{ address: 127.0.0.1, port: %d }]
        clusters:
          main:
            members: ['127.0.0.1:%d']
            probe: { user: probe, password: probe, database: postgres }
        users: { app: { password: app } }
        auth: { method: trust }
        peers: { self: %d, instances: { 1: '127.0.0.1:%d', 2: '127.0.0.1:%d' } }
        """
            .formatted(ports[self - 1], postgres.app().port(), self, ports[0], ports[1]));
  }

  /// Instances must know each other's ports before they have them.
  private static int[] freePorts() throws IOException {
    InetAddress here = InetAddress.getLoopbackAddress();
    try (var one = new ServerSocket(0, 1, here);
        var other = new ServerSocket(0, 1, here)) {
      return new int[] {one.getLocalPort(), other.getLocalPort()};
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {V3_0, V3_2})
  void cancel_atTheOtherInstance_reachesTheQuery(int version) throws Exception {
    int[] ports = freePorts();
    try (ProxyServer one = instance(1, ports);
        ProxyServer other = instance(2, ports);
        RawClient client =
            RawClient.login(postgres.app().onPort(Configured.port(one, 0)), version, Map.of())) {
      client.query("select 1");
      client.send(query("select pg_sleep(61)"));
      Await.until(SOON, "the query runs", this::sleeps);

      try (RawClient stranger = RawClient.login(postgres.app().onPort(Configured.port(other, 0)))) {
        stranger.cancel(client.pid(), client.cancelKey());
      }

      assertThat(new Answer(client.receiveUntilReady()).sqlState()).isEqualTo(QUERY_CANCELED);
      assertThat(client.query("select 2").value()).isEqualTo("2");
    }
  }

  private boolean sleeps() throws IOException {
    try (RawClient direct = RawClient.login(postgres.app())) {
      return direct
          .query(
              "select count(*) from pg_stat_activity where query = 'select pg_sleep(61)'"
                  + " and state = 'active'")
          .value()
          .equals("1");
    }
  }
}
