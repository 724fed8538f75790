package io.trunkline.proxy;

import static io.trunkline.proxy.AuthQueryScene.ASKER;
import static io.trunkline.proxy.AuthQueryScene.DATABASE;
import static io.trunkline.proxy.AuthQueryScene.at;
import static io.trunkline.proxy.AuthQueryScene.letsIn;
import static io.trunkline.proxy.AuthQueryScene.newServer;
import static io.trunkline.proxy.AuthQueryScene.proxyBefore;
import static io.trunkline.proxy.AuthQueryScene.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.ServerOptions;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Users that PostgreSQL alone knows: their secrets are asked for, and what their logins leave
/// opens the server connections. The server wants the real thing from everybody, so a query that is
/// answered has passed both doors.
class AuthQueryIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  private static EmbeddedServer server;

  @BeforeAll
  static void start() throws IOException, SQLException {
    server = newServer(ServerOptions.newest());
    server.execute("CREATE ROLE modest LOGIN PASSWORD 'modest'");
    server.execute("CREATE ROLE late LOGIN PASSWORD 'late' VALID UNTIL '2001-01-01'");
    server.execute("CREATE ROLE soon LOGIN PASSWORD 'soon' VALID UNTIL '2199-01-01'");
    server.execute("CREATE ROLE ever LOGIN PASSWORD 'ever' VALID UNTIL 'infinity'");
    server.execute("CREATE ROLE nologin NOLOGIN PASSWORD 'nologin'");
    server.execute("CREATE ROLE bare LOGIN");
    server.execute("CREATE ROLE \"o'brien \"\"; --\" LOGIN PASSWORD 'obrien'");
    server.execute("CREATE ROLE \"'; DROP ROLE alice; --\" LOGIN PASSWORD 'drop'");
    server.execute("CREATE ROLE \"ünïcode\" LOGIN PASSWORD 'ünïcode'");
    server.execute("SET password_encryption = md5; CREATE ROLE old LOGIN PASSWORD 'old'");
    server.executeIn(DATABASE, FUNCTIONS);
  }

  private static final String FUNCTIONS =
      """
      CREATE FUNCTION public.user_lookup(asked text) RETURNS TABLE (usename name, passwd text)
      LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS
      $$ SELECT rolname, rolpassword FROM pg_authid WHERE rolname = asked AND rolcanlogin $$;
      REVOKE ALL ON FUNCTION public.user_lookup(text) FROM public;
      GRANT EXECUTE ON FUNCTION public.user_lookup(text) TO modest;
      CREATE SCHEMA evil;
      CREATE FUNCTION evil.user_lookup(asked text) RETURNS TABLE (usename name, passwd text)
      LANGUAGE sql AS $$ SELECT asked::name, 'evil'::text $$;
      GRANT USAGE ON SCHEMA evil TO modest;
      GRANT EXECUTE ON FUNCTION evil.user_lookup(text) TO modest;
      ALTER ROLE modest SET search_path = evil, public;
      """;

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  private static final String MODEST = "query_user: modest, query_password: modest";

  private static ProxyServer proxy(String method, String auth) {
    return proxyBefore(method, auth, "'127.0.0.1:" + server.port() + "'");
  }

  // ---- who gets in

  @ParameterizedTest
  @ValueSource(strings = {"scram-sha-256", "md5", "password"})
  void login_scramVerifier_passesThrough(String method) throws IOException {
    try (ProxyServer proxy = proxy(method, ASKER)) {
      letsIn(proxy, "alice", "alice");
      letsIn(proxy, "soon", "soon");
      letsIn(proxy, "ever", "ever");
      assertThat(refusal(proxy, "alice", "wrong")).isEqualTo("28P01");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"md5", "password"})
  void login_md5Hash_passesThrough(String method) throws IOException {
    try (ProxyServer proxy = proxy(method, ASKER)) {
      letsIn(proxy, "old", "old");
      assertThat(refusal(proxy, "old", "wrong")).isEqualTo("28P01");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"o'brien \"; --|obrien", "'; DROP ROLE alice; --|drop", "ünïcode|ünïcode"})
  void login_nameWithQuotes_isAParameter(String userAndPassword) throws Exception {
    String[] words = userAndPassword.split("\\|");
    try (ProxyServer proxy = proxy("scram-sha-256", ASKER)) {
      letsIn(proxy, words[0], words[1]);
      assertThat(refusal(proxy, words[0] + "'", words[1])).isEqualTo("28P01");
    }
    assertThat(server.query("SELECT count(*) FROM pg_roles WHERE rolname = 'alice'"))
        .isEqualTo("1");
  }

  /// Whoever may not log in is told what a wrong password is told, word for word.
  @ParameterizedTest
  @ValueSource(strings = {"late", "nologin", "bare", "nobody", "x' OR '1'='1", "", "?", "$1"})
  void login_userWhoMayNot_looksLikeAWrongPassword(String user) throws IOException {
    try (ProxyServer proxy = proxy("scram-sha-256", ASKER)) {
      String name = user.isEmpty() ? "n".repeat(63) : user;
      assertThat(text(refusal(at(proxy, name, name)), name))
          .isEqualTo(text(refusal(at(proxy, "alice", "wrong")), "alice"));
    }
  }

  private static String text(Message error, String user) {
    return error.toString().replace(user, "USER");
  }

  @Test
  void login_unknownUser_isAskedForTheSameSaltEachTime() throws IOException {
    try (ProxyServer proxy = proxy("scram-sha-256", ASKER)) {
      List<String> nobody = challenges(proxy, "nobody");
      List<String> alice = challenges(proxy, "alice");
      assertThat(nobody.get(0)).isEqualTo(nobody.get(1)).hasSameSizeAs(alice.get(0));
      assertThat(alice.get(0)).isEqualTo(alice.get(1)).isNotEqualTo(nobody.get(0));
      assertThat(challenges(proxy, "nobody2").get(0)).isNotEqualTo(nobody.get(0));
    }
  }

  /// Salt and iterations, of two logins that go no further.
  private static List<String> challenges(ProxyServer proxy, String user) throws IOException {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      all.add(Challenge.of(at(proxy, user, "")));
    }
    return all;
  }

  @Test
  void login_databaseThatDoesNotExist_isToldOnlyToWhoHasLoggedIn() throws IOException {
    try (ProxyServer proxy = proxy("scram-sha-256", ASKER)) {
      Endpoint nowhere = at(proxy, "alice", "wrong").inDatabase("nowhere");
      assertThat(refusal(nowhere).sqlState()).isEqualTo("28P01");
      assertThat(refusal(nowhere.as("nobody", "nobody")).sqlState()).isEqualTo("28P01");
    }
  }

  @Test
  void login_userOfTheSettings_isNotAskedFor() throws IOException {
    try (ProxyServer proxy = proxy("scram-sha-256", ASKER.replace("asker", "gone"))) {
      assertThat(refusal(proxy, "known", "wrong")).isEqualTo("28P01");
    }
  }

  // ---- the query

  @Test
  void query_customFunction_serves() throws IOException {
    String query = MODEST + ", query: 'SELECT usename, passwd FROM user_lookup($1)'";
    try (ProxyServer proxy = proxy("scram-sha-256", query)) {
      letsIn(proxy, "alice", "alice");
      assertThat(refusal(proxy, "alice", "evil")).isEqualTo("28P01");
      assertThat(refusal(proxy, "nobody", "evil")).isEqualTo("28P01");
    }
  }

  /// Neither what the client asks for in its StartupMessage, nor what it has pools for, is in force
  /// where secrets are looked for.
  @Test
  void query_clientsOwnSettings_areNotInForce() throws IOException {
    String query = MODEST + ", query: 'SELECT usename, passwd FROM user_lookup($1)'";
    try (ProxyServer proxy = proxy("scram-sha-256", query)) {
      var settings =
          Map.of("search_path", "evil", "options", "-c role=postgres -c search_path=evil");
      Endpoint endpoint = at(proxy, "nobody", "evil");
      try (RawClient client = RawClient.open(endpoint)) {
        assertThat(refusalOf(client, settings)).isEqualTo("28P01");
      }
    }
  }

  private static String refusalOf(RawClient client, Map<String, String> parameters)
      throws IOException {
    try {
      client.logIn(Frontend.V3_0, parameters);
    } catch (LoginRefused refused) {
      return refused.sqlState();
    }
    throw new AssertionError("was let in");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1, 2, 3, $1",
        "SELECT rolname, rolpassword FROM pg_authid WHERE $1 = $1",
        "SELECT lower(rolname) || '!', rolpassword FROM pg_authid WHERE rolname = $1",
        "SELECT rolname, rolpassword, 'never' FROM pg_authid WHERE rolname = $1",
        "SELECT passwd FROM no_such_table WHERE usename = $1",
        "DELETE FROM pg_authid WHERE rolname = $1",
      })
  void query_unfit_isRefusedAsMisconfigured(String query) throws Exception {
    try (ProxyServer proxy = proxy("scram-sha-256", ASKER + ", query: \"" + query + "\"")) {
      Message error = refusal(at(proxy, "alice", "alice"));
      assertThat(error.sqlState()).as("%s", error).isEqualTo("F0000");
      assertThat(error.toString()).doesNotContain("SCRAM-SHA-256$").doesNotContain("pg_authid");
    }
    assertThat(server.query("SELECT count(*) FROM pg_roles WHERE rolname = 'alice'"))
        .isEqualTo("1");
  }

  /// However much the query returns, no more than a little is taken in.
  @Test
  void query_hugeSecret_isNotTakenIn() throws IOException {
    try (ProxyServer proxy =
        proxy("scram-sha-256", ASKER + ", query: 'SELECT repeat($1, 99999)'")) {
      assertThat(refusal(proxy, "alice", "alice")).isEqualTo("08006");
      assertThat(refusal(proxy, "known", "wrong")).isEqualTo("28P01");
    }
  }

  @Test
  void query_userWithoutTheRight_isRefusedAsMisconfigured() throws IOException {
    try (ProxyServer proxy = proxy("scram-sha-256", MODEST)) {
      assertThat(refusal(proxy, "alice", "alice")).isEqualTo("F0000");
    }
    try (ProxyServer proxy = proxy("scram-sha-256", "query_user: asker, query_password: no")) {
      assertThat(refusal(proxy, "alice", "alice")).isEqualTo("F0000");
    }
  }

  @Test
  void query_byDefault_servesOnTheOldestPostgres() throws Exception {
    try (EmbeddedServer oldest = newServer(ServerOptions.postgres(ServerOptions.OLDEST))) {
      oldest.execute("CREATE ROLE ever LOGIN PASSWORD 'ever' VALID UNTIL 'infinity'");
      oldest.execute("CREATE ROLE soon LOGIN PASSWORD 'soon' VALID UNTIL '2199-01-01'");
      oldest.execute("CREATE ROLE late LOGIN PASSWORD 'late' VALID UNTIL '2001-01-01'");
      String member = "'127.0.0.1:" + oldest.port() + "'";
      try (ProxyServer proxy = proxyBefore("scram-sha-256", ASKER, member)) {
        letsIn(proxy, "alice", "alice");
        letsIn(proxy, "ever", "ever");
        letsIn(proxy, "soon", "soon");
        assertThat(refusal(proxy, "late", "late")).isEqualTo("28P01");
      }
    }
  }

  /// However long answers are fresh, none outlives its VALID UNTIL.
  @Test
  void query_validUntilPasses_countsAtOnce() throws Exception {
    server.execute("CREATE ROLE mayfly LOGIN PASSWORD 'mayfly'");
    server.execute(
        "DO $$ BEGIN EXECUTE format('ALTER ROLE mayfly VALID UNTIL %L',"
            + " clock_timestamp() + interval '5s'); END $$");
    try (ProxyServer proxy = proxy("scram-sha-256", ASKER + ", query_refresh: 1h")) {
      letsIn(proxy, "mayfly", "mayfly");
      String over = "SELECT now() > rolvaliduntil FROM pg_roles WHERE rolname = 'mayfly'";
      Await.until(SOON, "its time is over", () -> server.query(over).equals("t"));
      assertThat(refusal(proxy, "mayfly", "mayfly")).isEqualTo("28P01");
    } finally {
      server.execute("DROP ROLE mayfly");
    }
  }
}
