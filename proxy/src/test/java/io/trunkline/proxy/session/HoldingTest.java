package io.trunkline.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.pool.PoolMode;
import io.trunkline.pool.PoolParts;
import io.trunkline.pool.PoolRegistry;
import io.trunkline.pool.PoolSettings;
import io.trunkline.pool.ServerConnection;
import io.trunkline.pool.ServerConnector;
import io.trunkline.pool.ServerPool;
import io.trunkline.pool.ServerStartup;
import io.trunkline.protocol.ProtocolVersion;
import io.trunkline.protocol.sql.SessionSettings;
import io.trunkline.proxy.failover.FlightRecorder;
import io.trunkline.routing.ListenerRole;
import io.trunkline.routing.Member;
import io.trunkline.routing.Route;
import io.trunkline.routing.RoutingSettings;
import io.trunkline.settings.HostPort;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HoldingTest {
  private static final int HELD_MAX = 100;
  private static final Member MEMBER = Member.unseen("m1", new HostPort("127.0.0.1", 5432));

  private final EmbeddedChannel home = new EmbeddedChannel();
  private final List<EmbeddedChannel> channels = new ArrayList<>();
  private final CancelRegistry cancels = new CancelRegistry(new SplittableRandom(1));
  private final Way writes = new Way();
  private final Way reads = new Way();
  private final LoopContext context =
      new LoopContext(
          0,
          home.eventLoop(),
          new PoolRegistry(
              new PoolParts(
                  List.of(home.eventLoop()), new Silence(), () -> 1, true, _ -> 0, _ -> {})),
          profile -> profile.role() == ListenerRole.PRIMARY ? writes : reads,
          new LoopContext.Shared(
              new Welcomes(() -> 1),
              cancels,
              new HeldClients(() -> HELD_MAX),
              new FlightRecorder(InstantSource.system(), () -> 1, (_, _) -> {}),
              () -> 1));

  /// A path that counts how often it was asked.
  private static final class Way implements LoopContext.Path {
    private Route route = new Route.Hold("nobody leads");
    private int asked;

    @Override
    public Route route() {
      asked++;
      return route;
    }

    @Override
    public Route routeAvoiding(String member) {
      return route();
    }

    @Override
    public Route glance() {
      return route;
    }
  }

  /// Servers that never answer.
  private static final class Silence implements ServerConnector {
    @Override
    public void connect(ServerPool pool, ServerStartup startup, EventLoop loop, Outcome outcome) {}

    @Override
    public void cancel(ServerConnection server, Runnable ended) {}
  }

  @AfterEach
  void close() {
    channels.forEach(EmbeddedChannel::finishAndReleaseAll);
    home.finishAndReleaseAll();
  }

  private ClientSession begun(ListenerRole role) {
    var profile =
        new ClientProfile(
            1,
            "u",
            "db",
            "127.0.0.1",
            ProtocolVersion.V3_0,
            cancels.reserve(ProtocolVersion.V3_0),
            "c",
            role,
            RoutingSettings.defaults(),
            Map.of(),
            PoolMode.TRANSACTION,
            PoolSettings.defaults(),
            "db",
            "u",
            "",
            SessionSettings.EMPTY,
            null,
            Duration.ofSeconds(30),
            ClientRules.LASTING);
    EmbeddedChannel channel = new EmbeddedChannel();
    channels.add(channel);
    ClientSession session = new ClientSession(profile, context, channel);
    session.begin();
    return session;
  }

  /// Every publication visited every session of the loop.
  @Test
  void onTopology_nothingNew_asksOncePerPathAndNotPerClient() {
    for (int i = 0; i < 50; i++) {
      begun(ListenerRole.PRIMARY);
      begun(ListenerRole.REPLICA);
    }
    writes.asked = 0;
    reads.asked = 0;
    context.onTopology();
    assertThat(writes.asked).isEqualTo(1);
    assertThat(reads.asked).isEqualTo(1);
  }

  @Test
  void onTopology_pathOpens_letsGoWhoWaitsThere() {
    ClientSession writer = begun(ListenerRole.PRIMARY);
    ClientSession reader = begun(ListenerRole.REPLICA);
    assertThat(writer.state()).isEqualTo(ClientState.HOLDING);
    writes.route = new Route.To(MEMBER);
    context.onTopology();
    assertThat(writer.state()).isEqualTo(ClientState.WAITING);
    assertThat(reader.state()).isEqualTo(ClientState.HOLDING);
    writes.asked = 0;
    context.onTopology();
    assertThat(writes.asked).as("nobody waits there any more").isZero();
  }

  @Test
  void onTopology_pathClosesAgain_holdsUntilTheNextTime() {
    ClientSession writer = begun(ListenerRole.PRIMARY);
    Route hold = writes.route;
    writes.route = new Route.To(MEMBER);
    context.onTopology();
    writes.route = hold;
    context.pools().pools().forEach(ServerPool::rerouteWaiters);
    home.runPendingTasks();
    assertThat(writer.state()).isEqualTo(ClientState.HOLDING);
    writes.route = new Route.To(MEMBER);
    context.onTopology();
    assertThat(writer.state()).isEqualTo(ClientState.WAITING);
  }

  @Test
  void add_tooMany_isRefusedAtOnce_andHasRoomAgain() {
    for (int i = 0; i < HELD_MAX; i++) {
      assertThat(begun(ListenerRole.PRIMARY).state()).isEqualTo(ClientState.HOLDING);
    }
    assertThat(begun(ListenerRole.PRIMARY).state()).isEqualTo(ClientState.CLOSED);
    writes.route = new Route.To(MEMBER);
    context.onTopology();
    writes.route = new Route.Hold("again");
    assertThat(begun(ListenerRole.PRIMARY).state()).isEqualTo(ClientState.HOLDING);
  }

  @Test
  void onTopology_clientHasLeft_isForgotten() {
    ClientSession writer = begun(ListenerRole.PRIMARY);
    writer.onClientGone("for a test");
    writes.asked = 0;
    context.onTopology();
    assertThat(writes.asked).isZero();
    assertThat(writer.state()).isEqualTo(ClientState.CLOSED);
  }

  @Test
  void holdReason_anotherOneNow_isTheNewOne() {
    ClientSession writer = begun(ListenerRole.PRIMARY);
    writes.route = new Route.Hold("two lead");
    context.onTopology();
    assertThat(writer.leasing().holdReason()).isEqualTo("two lead");
  }
}
