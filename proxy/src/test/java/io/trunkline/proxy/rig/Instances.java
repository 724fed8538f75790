package io.trunkline.proxy.rig;

import static io.trunkline.proxy.rig.Frontend.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.ProxyServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;

/// Instances before one server, and cancel requests that come to the wrong one of them.
public final class Instances {
  public static final int V3_0 = 3 << 16;
  public static final int V3_2 = 3 << 16 | 2;
  public static final Duration SOON = Duration.ofSeconds(40);

  private static final String QUERY_CANCELED = "57014";

  private final Postgres postgres = Postgres.shared();

  /// Starts one.
  ///
  /// @param peers the lines under `peers`, each with two spaces before it
  public ProxyServer start(int port, String peers) {
    return Configured.start(
        """
        listeners: [{ address: 127.0.0.1, port: %d }]
        clusters:
          main:
            members: ['127.0.0.1:%d']
            probe: { user: probe, password: probe, database: postgres }
        users: { app: { password: app } }
        admin: { users: { app: { role: stats } } }
        auth: { method: trust }
        peers:
        %s
        """
            .formatted(port, postgres.app().port(), peers));
  }

  /// An instance must say its port before it has it.
  public static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  public RawClient login(ProxyServer proxy, int version) throws IOException {
    return RawClient.login(postgres.app().onPort(Configured.port(proxy, 0)), version, Map.of());
  }

  public RawClient console(ProxyServer proxy) throws IOException {
    return RawClient.login(
        postgres.app().onPort(Configured.port(proxy, 0)).inDatabase("trunkline"));
  }

  /// Fails unless a query through one instance ends by a cancel request that comes to another.
  public void cancel(ProxyServer owner, ProxyServer other, int version) throws Exception {
    try (RawClient client = login(owner, version)) {
      client.query("select 1");
      cancel(client, other, version);
      assertThat(client.query("select 2").value()).isEqualTo("2");
    }
  }

  /// The same, of a client that is there already.
  public void cancel(RawClient client, ProxyServer other, int version) throws Exception {
    client.send(query("select pg_sleep(62)"));
    Await.until(SOON, "the query runs", this::sleeps);
    try (RawClient stranger = login(other, version)) {
      stranger.cancel(client.pid(), client.cancelKey());
    }
    assertThat(new Answer(client.receiveUntilReady()).sqlState()).isEqualTo(QUERY_CANCELED);
  }

  private boolean sleeps() throws IOException {
    try (RawClient direct = RawClient.login(postgres.app())) {
      return direct
          .query(
              "select count(*) from pg_stat_activity where query = 'select pg_sleep(62)'"
                  + " and state = 'active'")
          .value()
          .equals("1");
    }
  }
}
