package io.trunkline.proxy;

import static io.trunkline.proxy.AuthQueryScene.ASKER;
import static io.trunkline.proxy.AuthQueryScene.at;
import static io.trunkline.proxy.AuthQueryScene.letsIn;
import static io.trunkline.proxy.AuthQueryScene.newServer;
import static io.trunkline.proxy.AuthQueryScene.proxyBefore;
import static io.trunkline.proxy.AuthQueryScene.refusal;
import static io.trunkline.proxy.AuthQueryScene.whoAmI;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.ServerOptions;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Secrets that change, and servers that cannot be asked, while users of PostgreSQL log in: see
/// [AuthQueryIT].
class AuthQueryChangesIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  private static EmbeddedServer server;

  @BeforeAll
  static void start() throws IOException, SQLException {
    server = newServer(ServerOptions.newest());
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  private static ProxyServer proxy(String method, String auth) {
    return proxyBefore(method, auth, "'127.0.0.1:" + server.port() + "'");
  }

  // ---- passwords that change

  @Test
  void passwordChanged_answerStillFresh_oneRefusalThenTheNewOneCounts() throws Exception {
    server.execute("CREATE ROLE carol LOGIN PASSWORD 'before'");
    try (ProxyServer proxy = proxy("scram-sha-256", ASKER + ", query_refresh: 1h")) {
      letsIn(proxy, "carol", "before");
      server.execute("ALTER ROLE carol PASSWORD 'after'");
      Await.until(SOON, "a wrong password makes it look again", () -> isLetIn(proxy, "after"));
      assertThat(refusal(proxy, "carol", "before")).isEqualTo("28P01");
    } finally {
      server.execute("DROP ROLE carol");
    }
  }

  private static boolean isLetIn(ProxyServer proxy, String password) throws IOException {
    try {
      return whoAmI(proxy, "carol", password).equals("carol");
    } catch (LoginRefused expected) { // not yet
      return false;
    }
  }

  @Test
  void passwordChanged_answerNotFresh_countsAtOnce() throws Exception {
    server.execute("CREATE ROLE dave LOGIN PASSWORD 'before'");
    try (ProxyServer proxy = proxy("scram-sha-256", ASKER + ", query_refresh: 0")) {
      letsIn(proxy, "dave", "before");
      server.execute("ALTER ROLE dave PASSWORD 'after'");
      letsIn(proxy, "dave", "after");
      assertThat(refusal(proxy, "dave", "before")).isEqualTo("28P01");
      server.execute("ALTER ROLE dave VALID UNTIL '2001-01-01'");
      assertThat(refusal(proxy, "dave", "after")).isEqualTo("28P01");
      server.execute("ALTER ROLE dave VALID UNTIL 'infinity' NOLOGIN");
      assertThat(refusal(proxy, "dave", "after")).isEqualTo("28P01");
    } finally {
      server.execute("DROP ROLE dave");
    }
  }

  /// The client is in by the old password; its keys do not open another server connection any more,
  /// and are not tried a second time.
  @Test
  void passwordChanged_oldKeys_areForgotten() throws Exception {
    server.execute("CREATE ROLE erin LOGIN PASSWORD 'before'");
    try (ProxyServer proxy = proxy("scram-sha-256", ASKER + ", query_refresh: 1h");
        RawClient early = RawClient.login(at(proxy, "erin", "before"))) {
      assertThat(early.query("SELECT 1").value()).isEqualTo("1");
      server.execute("ALTER ROLE erin PASSWORD 'after'");
      server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename='erin'");
      try (RawClient second = RawClient.login(at(proxy, "erin", "before"))) {
        assertThat(lastWord(second).sqlState()).isEqualTo("28P01");
      }
      int tries = refusedOnTheServer("erin");
      assertThat(tries).as("logins with the old keys").isPositive();
      assertThat(lastWord(early).toString()).contains("28P01").contains("there is no password");
      assertThat(refusedOnTheServer("erin")).isEqualTo(tries);
    } finally {
      server.execute("DROP ROLE erin");
    }
  }

  /// What a client hears whose query ends its session.
  private static Message lastWord(RawClient client) throws IOException {
    client.send(Frontend.query("SELECT 1"));
    return client.receiveUntilClosed().getLast();
  }

  private static int refusedOnTheServer(String user) throws IOException {
    String refusal = "password authentication failed for user \"%s\"".formatted(user);
    return server.log().split(refusal, -1).length - 1;
  }

  // ---- members

  @Test
  void members_noneAnswers_isSaidWithinTheBound() throws Exception {
    EmbeddedServer mortal = newServer(ServerOptions.newest());
    String member = "'127.0.0.1:" + mortal.port() + "'";
    String auth = ASKER + ", query_timeout: 2s, query_refresh: 0";
    try (mortal;
        ProxyServer proxy = proxyBefore("scram-sha-256", auth, member);
        RawClient inside = RawClient.login(at(proxy, "alice", "alice"))) {
      assertThat(inside.query("SELECT 1").value()).isEqualTo("1");
      mortal.freeze();
      isUnavailableWithin(proxy, Duration.ofSeconds(4));
      mortal.thaw();
      Await.until(SOON, "it is asked again", () -> isIn(proxy));
      mortal.kill();
      isUnavailableWithin(proxy, Duration.ofSeconds(4));
      mortal.start();
      Await.until(SOON, "it is asked again", () -> isIn(proxy));
    }
  }

  private static boolean isIn(ProxyServer proxy) throws IOException {
    try {
      return whoAmI(proxy, "alice", "alice").equals("alice");
    } catch (LoginRefused expected) { // not yet
      return false;
    }
  }

  /// Who was never asked for hears that it is not possible now; nobody else notices.
  private static void isUnavailableWithin(ProxyServer proxy, Duration bound) throws IOException {
    long start = System.nanoTime();
    assertThat(refusal(proxy, "stranger", "any")).isEqualTo("08006");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(bound);
    assertThat(refusal(proxy, "known", "wrong")).isEqualTo("28P01");
  }

  @Test
  void members_firstIsSilent_anotherIsAsked() throws Exception {
    EmbeddedServer silent = newServer(ServerOptions.newest());
    String members = "'127.0.0.1:%d', '127.0.0.1:%d'".formatted(silent.port(), server.port());
    try (silent;
        ProxyServer proxy = proxyBefore("scram-sha-256", ASKER + ", query_timeout: 2s", members)) {
      silent.freeze();
      Await.until(SOON, "the other one is asked", () -> isIn(proxy));
      silent.thaw();
    }
  }

  @Test
  void keptAnswer_noMemberAnswers_servesUntilItMayNot() throws Exception {
    EmbeddedServer mortal = newServer(ServerOptions.newest());
    String member = "'127.0.0.1:" + mortal.port() + "'";
    String auth = ASKER + ", query_timeout: 2s, query_refresh: 0, query_keep: 1h";
    try (mortal;
        ProxyServer proxy = proxyBefore("scram-sha-256", auth, member)) {
      letsIn(proxy, "alice", "alice");
      mortal.kill();
      assertThat(refusal(proxy, "alice", "wrong")).isEqualTo("28P01");
      assertThat(refusal(proxy, "stranger", "any")).isEqualTo("08006");
    }
  }
}
