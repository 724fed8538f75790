package io.trunkline.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.conf.ConfigFile;
import io.trunkline.conf.ConfigResult;
import io.trunkline.conf.Surroundings;
import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.ServerOptions;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.nio.file.Path;
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
  private static final String DATABASE = "shop";

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

  private static EmbeddedServer newServer(ServerOptions options) throws IOException, SQLException {
    EmbeddedServer made =
        EmbeddedServer.create(
            options
                .hba("local all all trust")
                .hba("host all postgres 127.0.0.1/32 trust")
                .hba("host all probe 127.0.0.1/32 trust")
                .hba("host all old 127.0.0.1/32 md5")
                .hba("host all all 127.0.0.1/32 scram-sha-256")
                .setting("password_encryption", "scram-sha-256"));
    made.execute("CREATE ROLE probe LOGIN");
    made.execute("CREATE ROLE asker LOGIN SUPERUSER PASSWORD 'asker'");
    made.execute("CREATE ROLE alice LOGIN PASSWORD 'alice'");
    made.execute("CREATE DATABASE " + DATABASE);
    return made;
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  // ---- the proxy

  private static final String ASKER = "query_user: asker, query_password: asker";
  private static final String MODEST = "query_user: modest, query_password: modest";

  private static ProxyServer proxy(String method, String auth) {
    return proxyBefore(method, auth, "'127.0.0.1:" + server.port() + "'");
  }

  private static ProxyServer proxyBefore(String method, String auth, String members) {
    String yaml =
        """
        listeners: [{ address: 127.0.0.1, port: 0, role: any, auth_method: %s }]
        clusters:
          main:
            members: [%s]
            probe: { user: probe, interval: 100ms, timeout: 500ms }
            hold: 5s
        databases: { %s: {}, '*': {} }
        users: { known: { password: known } }
        pool: { connect_timeout: 3s, login_retry: 50ms }
        auth: { %s }
        """
            .formatted(method, members, DATABASE, auth);
    return switch (new ConfigFile(Surroundings.ofProcess()).readText(Path.of("t.yml"), yaml)) {
      case ConfigResult.Ok(var config) -> ProxyServer.start(config);
      case ConfigResult.Bad(var problems) -> throw new AssertionError(problems.toString());
    };
  }

  private static Endpoint at(ProxyServer proxy, String user, String password) {
    int port = proxy.bound().getFirst().address().getPort();
    return new Endpoint("127.0.0.1", port, user, password, DATABASE);
  }

  /// Logs in and asks the server who it thinks this is.
  private static String whoAmI(ProxyServer proxy, String user, String password) throws IOException {
    return whoAmI(at(proxy, user, password));
  }

  private static String whoAmI(Endpoint endpoint) throws IOException {
    try (RawClient client = RawClient.login(endpoint)) {
      return client.query("SELECT current_user").value();
    }
  }

  private static void letsIn(ProxyServer proxy, String user, String password) throws IOException {
    assertThat(whoAmI(proxy, user, password)).isEqualTo(user);
  }

  private static Message refusal(Endpoint endpoint) throws IOException {
    try {
      RawClient.login(endpoint).close();
    } catch (LoginRefused refused) {
      return refused.error();
    }
    throw new AssertionError(endpoint.user() + " was let in");
  }

  private static String refusal(ProxyServer proxy, String user, String password)
      throws IOException {
    return refusal(at(proxy, user, password)).sqlState();
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
        assertThat(refusal(client, settings)).isEqualTo("28P01");
      }
    }
  }

  private static String refusal(RawClient client, Map<String, String> parameters)
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
