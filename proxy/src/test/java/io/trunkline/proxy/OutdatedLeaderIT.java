package io.trunkline.proxy;

import static io.trunkline.proxy.MovingScene.SESSIONS;
import static io.trunkline.proxy.MovingScene.SOON;
import static io.trunkline.proxy.MovingScene.WRITES;
import static io.trunkline.proxy.rig.Frontend.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.embedded.ClusterOptions;
import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.FakeSession;
import io.trunkline.proxy.rig.HostileServer;
import io.trunkline.proxy.rig.Knob;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Setup;
import io.trunkline.proxy.rig.TestProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An operator has the leader changed while the database is paused, faster than anybody looks.
class OutdatedLeaderIT {
  private static final String PORT = "SELECT inet_server_port()";
  private static final String SELDOM = "1m";

  /// More than a pool has connections.
  private static final int WRITERS = 12;

  @Test
  void resume_leaderIsAnotherUnnoticed_servesWhereItIsNow() throws Exception {
    List<RawClient> writers = new ArrayList<>();
    try (MovingScene scene = new MovingScene(ClusterOptions.members(2), SELDOM);
        RawClient admin = RawClient.login(scene.console());
        RawClient asks = scene.login(WRITES)) {
      for (int i = 0; i < WRITERS; i++) {
        writers.add(scene.login(WRITES));
      }
      admin.query("PAUSE");
      asks.send(query(PORT));
      for (int i = 0; i < WRITERS; i++) {
        writers.get(i).send(query("INSERT INTO t VALUES (%d)".formatted(i)));
      }
      scene.servers.switchOver(scene.standby());
      admin.query("RESUME");
      assertThat(new Answer(asks.receiveUntilReady()).value()).isEqualTo(port(scene));
      for (RawClient writer : writers) {
        assertThat(new Answer(writer.receiveUntilReady()).commandTags())
            .containsExactly("INSERT 0 1");
      }
    } finally {
      for (RawClient writer : writers) {
        writer.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {WRITES, SESSIONS})
  void login_leaderIsAnotherUnnoticed_isServedWhereItIsNow(int listener) throws Exception {
    try (MovingScene scene = new MovingScene(ClusterOptions.members(2), SELDOM)) {
      scene.servers.switchOver(scene.standby());
      try (RawClient client = scene.login(listener)) {
        assertThat(client.patience(SOON).query(PORT).value()).isEqualTo(port(scene));
      }
    }
  }

  /// Who asks and who serves are two servers then, behind one address. Clients are told why they
  /// got nothing, and the server is not asked again without end.
  @Test
  void everyLoginSaysStandby_clientIsToldWhy() throws Exception {
    TestProxy.Kind.assumeProxy();
    AtomicInteger logins = new AtomicInteger();
    try (HostileServer server = HostileServer.before(Postgres.shared().app())) {
      server.behave(session -> {
        logins.incrementAndGet();
        session.play(FakeSession.parameter("in_hot_standby", "on"));
      });
      try (TestProxy proxy =
          TestProxy.start(
              Setup.transaction()
                  .behind(server.endpoint())
                  .with(Knob.HOLD, Duration.ofSeconds(2)))) {
        assertThatThrownBy(() -> RawClient.login(proxy.endpoint()))
            .isInstanceOf(LoginRefused.class)
            .hasMessageContainingAll("57P03", "the server is a standby now");
        assertThat(logins).hasPositiveValue().hasValueLessThan(200);
      }
    }
  }

  private static String port(MovingScene scene) {
    return Integer.toString(scene.primary().port());
  }
}
