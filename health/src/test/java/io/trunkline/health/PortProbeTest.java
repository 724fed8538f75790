package io.trunkline.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.routing.Role;
import io.trunkline.settings.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortProbeTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static PortProbe probe(ProbeMethod method, String host, int port) {
    DeclaredMember member = new DeclaredMember("m", new HostPort(host, port), Map.of());
    return new PortProbe(member, method, TIMEOUT, System::nanoTime);
  }

  @Test
  void look_someoneListens_livesInAnUnknownRole() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        PortProbe probe = probe(ProbeMethod.CONNECT, "127.0.0.1", server.getLocalPort())) {
      assertThat(probe.look())
          .isInstanceOfSatisfying(
              Observation.Alive.class,
              alive -> {
                assertThat(alive.role()).isEqualTo(Role.UNKNOWN);
                assertThat(alive.latencyNanos()).isPositive();
              });
    }
  }

  @Test
  void look_nobodyListens_isDead() throws IOException {
    int port;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = server.getLocalPort();
    }

    assertThat(probe(ProbeMethod.CONNECT, "127.0.0.1", port).look())
        .isEqualTo(new Observation.Dead("m", Observation.Certainty.CERTAIN, "connection refused"));
  }

  @Test
  void look_notAsked_lives() {
    assertThat(probe(ProbeMethod.NONE, "nowhere.invalid", 1).look())
        .isInstanceOf(Observation.Alive.class);
  }

  @Test
  void look_unixSocket_isConnectedTo(@TempDir Path directory) throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      PortProbe probe = probe(ProbeMethod.CONNECT, directory.toString(), 5432);
      assertThat(probe.look()).isInstanceOf(Observation.Dead.class);
      server.bind(UnixDomainSocketAddress.of(directory.resolve(".s.PGSQL.5432")));
      assertThat(probe.look()).isInstanceOf(Observation.Alive.class);
    }
  }

  @Test
  void make_forSql_isRefused() {
    assertThatThrownBy(() -> probe(ProbeMethod.SQL, "h", 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
