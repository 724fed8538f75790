package io.trunkline.proxy;

import static io.trunkline.proxy.rig.FakeSession.READY;
import static io.trunkline.proxy.rig.FakeSession.complete;
import static io.trunkline.proxy.rig.FakeSession.error;
import static io.trunkline.proxy.rig.FakeSession.parameter;
import static io.trunkline.proxy.rig.Frontend.bind;
import static io.trunkline.proxy.rig.Frontend.concat;
import static io.trunkline.proxy.rig.Frontend.describePortal;
import static io.trunkline.proxy.rig.Frontend.execute;
import static io.trunkline.proxy.rig.Frontend.parse;
import static io.trunkline.proxy.rig.Frontend.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.FakeSession;
import io.trunkline.proxy.rig.HostileServer;
import io.trunkline.proxy.rig.Knob;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Scissors;
import io.trunkline.proxy.rig.Setup;
import io.trunkline.proxy.rig.TestProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A request has failed for a reason that is not its client's, and is to be sent again; before its
/// server is ready for that, it is lost as well.
class RepeatIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final byte[] READ_ONLY =
      error("SERROR\0VERROR\0C25006\0Mcannot execute INSERT in a read-only transaction\0\0");

  /// Said after its login: a standby that says so then is not asked.
  private static final byte[] IN_RECOVERY = parameter("in_hot_standby", "on");

  private final Postgres postgres = Postgres.shared();

  @BeforeAll
  static void onlyPools() {
    TestProxy.Kind.assumeProxy();
  }

  private static TestProxy before(Endpoint server) throws IOException {
    return TestProxy.start(
        Setup.transaction()
            .behind(server)
            .with(Knob.POOL_SIZE, 1)
            .with(Knob.LOGIN_RETRY, Duration.ofMillis(50)));
  }

  private static RawClient login(TestProxy proxy) throws IOException {
    return RawClient.login(proxy.endpoint()).patience(SOON);
  }

  // ---- a server that turns out to be a standby, and dies before it is ready again

  /// So many servers die of an INSERT behind what they answer; what the next ones say is the end.
  private static void insertsFail(
      FakeSession session, AtomicInteger inserts, int dying, byte[] answer, byte[] end)
      throws IOException {
    if (inserts.get() < dying) {
      session.instead("INSERT", concat(IN_RECOVERY, answer)).diesOf("INSERT");
    } else {
      session.instead("INSERT", concat(IN_RECOVERY, end, READY));
    }
    session.heard("INSERT", inserts).play();
  }

  @Test
  void serverLost_beforeItIsReady_isSentToTheNextOne() throws Exception {
    AtomicInteger inserts = new AtomicInteger();
    try (HostileServer server = HostileServer.before(postgres.app())) {
      server.behave(session -> insertsFail(session, inserts, 2, READ_ONLY, complete("INSERT 0 1")));
      try (TestProxy proxy = before(server.endpoint());
          RawClient client = login(proxy)) {
        assertThat(client.query("INSERT").commandTags()).containsExactly("INSERT 0 1");
        assertThat(inserts).hasValue(3);
        assertThat(client.query("SELECT behind").value()).isEqualTo("SELECT behind");
      }
    }
  }

  /// Not for ever: the last answer is the client's, and it stays.
  @Test
  void serversLost_oneAfterTheOther_clientIsTold() throws Exception {
    AtomicInteger inserts = new AtomicInteger();
    try (HostileServer server = HostileServer.before(postgres.app())) {
      server.behave(session -> insertsFail(session, inserts, 5, READ_ONLY, READ_ONLY));
      try (TestProxy proxy = before(server.endpoint());
          RawClient client = login(proxy)) {
        Answer told = client.query("INSERT");

        assertThat(told.sqlState()).as("%s", told).isEqualTo("25006");
        assertThat(told.tags()).containsOnlyOnce("E").endsWith("EZ");
        assertThat(inserts).hasValue(6);
        assertThat(client.query("SELECT behind").value()).isEqualTo("SELECT behind");
      }
    }
  }

  /// Its last words, by which it shuts down, are not the client's business any more.
  @Test
  void serverShutsDown_beforeItIsReady_isSentToTheNextOne() throws Exception {
    AtomicInteger inserts = new AtomicInteger();
    byte[] farewell = error("SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0");
    byte[] last = concat(READ_ONLY, farewell);
    try (HostileServer server = HostileServer.before(postgres.app())) {
      server.behave(session -> insertsFail(session, inserts, 1, last, complete("INSERT 0 1")));
      try (TestProxy proxy = before(server.endpoint());
          RawClient client = login(proxy)) {
        assertThat(client.query("INSERT").commandTags()).containsExactly("INSERT 0 1");
        assertThat(inserts).hasValue(2);
      }
    }
  }

  // ---- a plan that is out of date, on a server that dies before it is ready again

  private interface Scene {
    void play(RawClient client, Scissors wire) throws IOException;
  }

  /// With a statement "s" on the server that its table has outgrown.
  private void withStalePlan(Scene scene) throws IOException {
    postgres.run(
        "DROP TABLE IF EXISTS outgrown",
        "CREATE TABLE outgrown AS SELECT 1 AS old",
        "GRANT ALL ON outgrown TO app");
    try (Scissors wire = Scissors.before(postgres.app());
        TestProxy proxy = before(wire.endpoint());
        RawClient client = login(proxy)) {
      client.ask(
          concat(
              parse("s", "INSERT INTO outgrown VALUES (2) RETURNING *"),
              bind("", "s"),
              execute("", 0),
              sync()));
      postgres.run("ALTER TABLE outgrown ADD new text DEFAULT 'new'");
      scene.play(client, wire);
    }
  }

  private static byte[] insertAgain() {
    return concat(bind("", "s"), describePortal(""), execute("", 0), sync());
  }

  @Test
  void stalePlan_serverLostBeforeItIsReady_isExecutedOnceByAnotherConnection() throws Exception {
    withStalePlan((client, wire) -> {
      wire.cutBehind('E', "RevalidateCachedQuery");

      Answer answer = client.ask(insertAgain());

      assertThat(wire.hasCut()).isTrue();
      assertThat(answer.tags()).as("%s", answer).isEqualTo("2TDCZ");
      assertThat(answer.rows()).containsExactly(List.of("2", "new"));
      assertThat(postgres.value("SELECT count(*) FROM outgrown")).isEqualTo("3");
    });
  }

  /// What was answered before in the same read is not done again.
  @Test
  void stalePlan_behindAnotherCycle_thatIsNotRepeated() throws Exception {
    withStalePlan((client, wire) -> {
      wire.cutBehind('E', "RevalidateCachedQuery");

      client.send(
          concat(
              parse("", "INSERT INTO outgrown VALUES (3)"),
              bind("", ""),
              execute("", 0),
              sync(),
              insertAgain()));

      assertThat(new Answer(client.receiveUntilReady()).tags()).isEqualTo("12CZ");
      assertThat(new Answer(client.receiveUntilReady()).tags()).isEqualTo("2TDCZ");
      assertThat(wire.hasCut()).isTrue();
      assertThat(postgres.value("SELECT string_agg(old::text, ',' ORDER BY old) FROM outgrown"))
          .isEqualTo("1,2,2,3");
    });
  }

  /// What the session has at the server that is gone, the next one does not have.
  @Test
  void stalePlan_pinnedClient_endsWithItsServer() throws Exception {
    withStalePlan((client, wire) -> {
      client.query("LISTEN something");
      wire.cutBehind('E', "RevalidateCachedQuery");

      client.send(insertAgain());

      assertThat(client.receiveUntilClosed().getLast().sqlState()).isEqualTo("57P01");
      assertThat(postgres.value("SELECT count(*) FROM outgrown")).isEqualTo("2");
    });
  }
}
