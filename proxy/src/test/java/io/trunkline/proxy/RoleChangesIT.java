package io.trunkline.proxy;

import static io.trunkline.proxy.AuthQueryScene.ASKER;
import static io.trunkline.proxy.AuthQueryScene.DATABASE;
import static io.trunkline.proxy.AuthQueryScene.newServer;
import static io.trunkline.proxy.AuthQueryScene.refusal;
import static io.trunkline.proxy.AuthQueryScene.whoAmI;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.ServerOptions;
import io.trunkline.proxy.access.TestDirectory;
import io.trunkline.proxy.rig.Authority;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.LoginRefused;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Roles that may log in no longer, before a pool with a connection of theirs: however a client
/// proves who it is, it gets none of them.
class RoleChangesIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String AT_ONCE = ", query_refresh: 0";

  /// Knows a secret, and nothing else of a role.
  private static final String OWN_QUERY =
      ", query: 'SELECT rolname, rolpassword FROM pg_authid WHERE rolname = $1'";

  @TempDir private static Path files;

  private static EmbeddedServer server;
  private static TestDirectory directory;

  @BeforeAll
  static void start() throws IOException, SQLException {
    server = newServer(ServerOptions.newest());
    Authority authority = new Authority("Directory CA");
    authority.writeRoots(files.resolve("ca.crt"));
    directory = new TestDirectory(authority);
  }

  @BeforeEach
  void create() throws SQLException {
    server.execute("CREATE ROLE carol LOGIN PASSWORD 'ldap-carol'");
  }

  @AfterEach
  void drop() throws SQLException {
    server.execute("DROP ROLE IF EXISTS carol");
  }

  @AfterAll
  static void stop() throws IOException {
    directory.close();
    server.close();
  }

  private static ProxyServer proxy(String users, String auth) {
    return proxy(server, users, auth);
  }

  private static ProxyServer proxy(EmbeddedServer member, String users, String auth) {
    return Configured.start(
        """
        listeners: [{ address: 127.0.0.1, port: 0, role: any }]
        clusters:
          main:
            members: ['127.0.0.1:%d']
            probe: { user: probe, interval: 100ms, timeout: 500ms }
            hold: 500ms
        databases: { %s: {}, own: { dbname: %s, user: carol, password: ldap-carol } }
        users: { %s }
        pool: { size: 1, connect_timeout: 3s, login_retry: 50ms }
        auth: { ldap_ca_file: '%s', %s }
        """
            .formatted(member.port(), DATABASE, DATABASE, users, files.resolve("ca.crt"), auth));
  }

  private static Endpoint carol(ProxyServer proxy) {
    int port = Configured.port(proxy, 0);
    return new Endpoint("127.0.0.1", port, "carol", "ldap-carol", DATABASE);
  }

  private static String ldap() {
    return ", hba: ['host all all all ldap ldapserver=127.0.0.1 ldapport=%d ldapscheme=ldaps"
            .formatted(directory.tlsPort())
        + " ldapprefix=uid= ldapsuffix=\",%s\"']".formatted(TestDirectory.BASE);
  }

  private static ProxyServer proxyFor(String way) {
    String known = "carol: { password: ldap-carol }";
    return switch (way) {
      case "trust" -> proxy(known, ASKER + AT_ONCE + ", method: trust");
      case "trust by hba" -> proxy(known, ASKER + AT_ONCE + ", hba: ['host all all all trust']");
      case "scram, the file's password" -> proxy(known, ASKER + AT_ONCE);
      case "md5, the file's password" -> proxy(known, ASKER + AT_ONCE + ", method: md5");
      case "own query" -> proxy("", ASKER + AT_ONCE + OWN_QUERY);
      case "ldap" -> proxy("", ASKER + AT_ONCE + ldap());
      default -> throw new IllegalArgumentException(way);
    };
  }

  private static String said(Endpoint endpoint) throws IOException {
    var error = refusal(endpoint);
    return error.sqlState() + " " + error.fields().get('M');
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "trust",
        "trust by hba",
        "scram, the file's password",
        "md5, the file's password",
        "own query",
        "ldap"
      })
  void nologin_connectionInThePool_isNotGiven(String way) throws Exception {
    try (ProxyServer proxy = proxyFor(way)) {
      assertThat(whoAmI(carol(proxy))).isEqualTo("carol");
      server.execute("ALTER ROLE carol NOLOGIN");
      assertThat(said(carol(proxy))).isEqualTo("28000 role \"carol\" is not permitted to log in");
      server.execute("ALTER ROLE carol LOGIN");
      Await.until(SOON, "it may again", () -> isIn(carol(proxy)));
      server.execute("DROP ROLE carol");
      assertThat(said(carol(proxy)))
          .isEqualTo(
              way.equals("own query")
                  ? "28P01 password authentication failed for user \"carol\""
                  : "28000 role \"carol\" does not exist");
    }
  }

  private static boolean isIn(Endpoint endpoint) throws IOException {
    try {
      return whoAmI(endpoint).equals("carol");
    } catch (LoginRefused expected) { // not yet
      return false;
    }
  }

  /// As in PostgreSQL it is the password that expires, not what others vouch for.
  @Test
  void validUntil_isOfThePasswordAlone() throws Exception {
    for (String way : new String[] {"scram, the file's password", "own query"}) {
      try (ProxyServer proxy = proxyFor(way)) {
        assertThat(whoAmI(carol(proxy))).isEqualTo("carol");
        server.execute("ALTER ROLE carol VALID UNTIL '2001-01-01'");
        assertThat(said(carol(proxy)))
            .isEqualTo("28P01 password authentication failed for user \"carol\"");
        server.execute("ALTER ROLE carol VALID UNTIL '-infinity'");
        assertThat(said(carol(proxy))).startsWith("28P01");
        server.execute("ALTER ROLE carol VALID UNTIL 'infinity'");
        Await.until(SOON, "it holds again", () -> isIn(carol(proxy)));
      }
    }
    for (String way : new String[] {"trust", "ldap"}) {
      try (ProxyServer proxy = proxyFor(way)) {
        assertThat(whoAmI(carol(proxy))).isEqualTo("carol");
        server.execute("ALTER ROLE carol VALID UNTIL '2001-01-01'");
        assertThat(whoAmI(carol(proxy))).isEqualTo("carol");
        server.execute("ALTER ROLE carol VALID UNTIL 'infinity'");
      }
    }
  }

  /// The client need be no role where the database has a user of its own; that one must be.
  @Test
  void nologin_usersOfDatabases_count() throws Exception {
    try (ProxyServer proxy = proxy("", ASKER + AT_ONCE + ", method: trust")) {
      Endpoint guest = carol(proxy).as("guest", "").inDatabase("own");
      assertThat(whoAmI(guest)).isEqualTo("carol");
      server.execute("ALTER ROLE carol NOLOGIN");
      assertThat(said(guest)).isEqualTo("28000 role \"carol\" is not permitted to log in");
    }
  }

  /// What `auth.query` has found counts for its time, and for no longer.
  @Test
  void nologin_answerRemembered_countsForQueryRefresh() throws Exception {
    for (String auth : new String[] {"", ", method: trust"}) {
      server.execute("ALTER ROLE carol LOGIN");
      String known = auth.isEmpty() ? "" : "carol: { password: ldap-carol }";
      try (ProxyServer proxy = proxy(known, ASKER + ", query_refresh: 2s" + auth)) {
        assertThat(whoAmI(carol(proxy))).isEqualTo("carol");
        server.execute("ALTER ROLE carol NOLOGIN");
        Await.until(SOON, "the answer is old", () -> !isIn(carol(proxy)));
      }
    }
  }

  @Test
  void trust_nobodyAnswers_isRefusedUnlessRemembered() throws Exception {
    EmbeddedServer mortal = newServer(ServerOptions.newest());
    String known = "alice: { password: alice }";
    String auth = ASKER + ", query_timeout: 2s, query_refresh: 0, method: ";
    try (mortal;
        ProxyServer trusting = proxy(mortal, known, auth + "trust");
        ProxyServer asking = proxy(mortal, known, auth + "scram-sha-256")) {
      assertThat(whoAmI(alice(trusting))).isEqualTo("alice");
      mortal.kill();
      assertThat(said(carol(trusting))).startsWith("08006");
      isLetIn(alice(trusting));
      isLetIn(alice(asking)); // never asked about, but the file vouches for it
    }
  }

  private static Endpoint alice(ProxyServer proxy) {
    return carol(proxy).as("alice", "alice");
  }

  /// Is let in, though there is no server now.
  private static void isLetIn(Endpoint endpoint) throws IOException {
    assertThat(said(endpoint)).doesNotStartWith("08006").doesNotStartWith("28");
  }
}
