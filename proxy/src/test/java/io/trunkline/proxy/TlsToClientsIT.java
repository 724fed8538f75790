package io.trunkline.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.proxy.rig.Authority;
import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.TlsDial;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// TLS with clients through the whole proxy: a listener for each of its modes, pgjdbc with each of
/// libpq's words, and what only a raw client says. The console tells which clients have TLS.
class TlsToClientsIT {
  private static final List<String> MODES =
      List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

  /// Behind one listener for each mode, in this order: one that binds SCRAM to TLS, and one that
  /// logs in by certificate.
  private static final int SCRAM = MODES.size();

  private static final int CERTIFICATE = SCRAM + 1;
  private static final int PREFER = MODES.indexOf("prefer");

  /// Empty rather than absent: pgjdbc would look into the home directory.
  private static final String WITHOUT_CERTIFICATE = "&sslrootcert=DIR/ca.crt&sslcert=&sslkey=";

  private static final String WITH_CERTIFICATE =
      "&sslrootcert=DIR/ca.crt&sslcert=DIR/app.crt&sslkey=DIR/app.key&pemKeyAlgorithm=EC";
  private static final AtomicInteger NAMES = new AtomicInteger();

  @TempDir private static Path directory;
  private static final Authority AUTHORITY = new Authority("Test CA");
  private static ProxyServer proxy;

  @BeforeAll
  static void start() throws IOException {
    Authority.write(directory, "host", AUTHORITY.host("127.0.0.1"));
    Authority.write(directory, "app", AUTHORITY.user("app"));
    AUTHORITY.writeRoots(directory.resolve("ca.crt"));
    Authority other = new Authority("Other CA");
    other.writeRoots(directory.resolve("other-ca.crt"));
    Authority.write(directory, "stranger", other.user("app"));
    StringBuilder listeners = new StringBuilder();
    for (String mode : MODES) {
      listeners.append(listener(mode, "trust"));
    }
    listeners.append(listener("prefer", "scram-sha-256")).append(listener("verify-full", "cert"));
    proxy =
        Configured.start(
            """
            listeners:
            %s
            clusters:
              main:
                members: ['127.0.0.1:%d']
                probe: { user: probe, password: probe, database: postgres }
            users: { app: { password: app } }
            admin: { users: { admin: { password: admin, role: admin } } }
            """
                .formatted(listeners, Postgres.shared().app().port()));
  }

  private static String listener(String mode, String method) {
    return """
      - address: 127.0.0.1
        port: 0
        auth_method: %1$s
        tls:
          mode: %2$s
          cert_file: '%3$s/host.crt'
          key_file: '%3$s/host.key'
          ca_file: '%3$s/ca.crt'
    """
        .formatted(method, mode, directory);
  }

  @AfterAll
  static void stop() {
    proxy.close();
  }

  private static Endpoint at(int listener) {
    return Postgres.shared().app().onPort(Configured.port(proxy, listener));
  }

  private static Connection jdbc(int listener, String parameters) throws SQLException {
    String url =
        "jdbc:postgresql://127.0.0.1:%d/app?%s"
            .formatted(at(listener).port(), parameters.replace("DIR", directory.toString()));
    return DriverManager.getConnection(url, "app", "app");
  }

  /// What becomes of a connection: `TLS` or `plain` by the word of the console, the SQLSTATE of a
  /// refusal, or `lost` when there was no PostgreSQL to refuse it.
  private static String fate(int listener, String parameters) {
    String name = "fate-" + NAMES.incrementAndGet();
    try (Connection connection = jdbc(listener, parameters + "&ApplicationName=" + name);
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT string_agg(n::text, '') FROM generate_series(1, 99999) n")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).endsWith("9999899999");
      return isEncrypted(name) ? "TLS" : "plain";
    } catch (SQLException refused) {
      return refused.getSQLState().startsWith("08") ? "lost" : refused.getSQLState();
    }
  }

  private static boolean isEncrypted(String applicationName) throws SQLException {
    String console =
        "jdbc:postgresql://127.0.0.1:%d/trunkline?preferQueryMode=simple&sslmode=disable"
            .formatted(at(0).port());
    try (Connection connection = DriverManager.getConnection(console, "admin", "admin");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW CLIENTS")) {
      while (rows.next()) {
        if (rows.getString("application_name").equals(applicationName)) {
          return !rows.getString("tls").isEmpty();
        }
      }
      throw new AssertionError("the console does not know " + applicationName);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // client,    disable, allow, prefer, require, verify-ca, verify-full
    "disable,     plain, plain, plain, 28000, 28000, 28000",
    "allow,       plain, plain, plain, TLS,   28000, 28000",
    "prefer,      plain, TLS,   TLS,   TLS,   lost,  lost",
    "require,     lost,  TLS,   TLS,   TLS,   lost,  lost",
    "verify-ca,   lost,  TLS,   TLS,   TLS,   lost,  lost",
    "verify-full, lost,  TLS,   TLS,   TLS,   lost,  lost",
  })
  void connect_anonymousClient_isServedAsBothModesWantIt(ArgumentsAccessor row) {
    check(row, WITHOUT_CERTIFICATE);
  }

  @ParameterizedTest
  @CsvSource({
    "disable,     plain, plain, plain, 28000, 28000, 28000",
    "prefer,      plain, TLS,   TLS,   TLS,   TLS,   TLS",
    "require,     lost,  TLS,   TLS,   TLS,   TLS,   TLS",
    "verify-full, lost,  TLS,   TLS,   TLS,   TLS,   TLS",
  })
  void connect_clientWithCertificate_isServedByThoseWhoWantOneToo(ArgumentsAccessor row) {
    check(row, WITH_CERTIFICATE);
  }

  private static void check(ArgumentsAccessor row, String identity) {
    String parameters = "sslmode=" + row.getString(0) + identity;
    for (int listener = 0; listener < MODES.size(); listener++) {
      assertThat(fate(listener, parameters))
          .as("client %s, listener %s", row.getString(0), MODES.get(listener))
          .isEqualTo(row.getString(listener + 1));
    }
  }

  @Test
  void connect_clientWithAStrangersCertificate_isRefused() {
    String strange =
        "&sslrootcert=DIR/ca.crt&sslcert=DIR/stranger.crt&sslkey=DIR/stranger.key"
            + "&pemKeyAlgorithm=EC";
    assertThat(fate(MODES.indexOf("verify-full"), "sslmode=require" + strange)).isEqualTo("lost");
  }

  @Test
  void connect_clientThatTrustsAnotherAuthority_goesAway() {
    String other = "&sslrootcert=DIR/other-ca.crt&sslcert=&sslkey=";
    assertThat(fate(PREFER, "sslmode=verify-ca" + other)).isEqualTo("lost");
  }

  @Test
  void login_byCertificate_isForTheUserItNamesAlone() throws Exception {
    assertThat(fate(CERTIFICATE, "sslmode=verify-full" + WITH_CERTIFICATE)).isEqualTo("TLS");
    TlsDial other = TlsDial.showing(AUTHORITY.user("somebody"));
    try (RawClient client = other.ask(at(CERTIFICATE))) {
      assertThatThrownBy(() -> client.logIn(Frontend.V3_0, Map.of()))
          .isInstanceOfSatisfying(
              LoginRefused.class, refused -> assertThat(refused.sqlState()).isEqualTo("28000"));
    }
  }

  @Test
  void login_scramWithChannelBinding_needsTls() throws Exception {
    String bound = WITHOUT_CERTIFICATE + "&channelBinding=require";
    assertThat(fate(SCRAM, "sslmode=require" + bound)).isEqualTo("TLS");
    assertThat(fate(SCRAM, "sslmode=require&sslNegotiation=direct" + bound)).isEqualTo("TLS");
    assertThat(fate(SCRAM, "sslmode=disable" + bound)).isNotIn("TLS", "plain");
    assertThat(fate(SCRAM, "sslmode=disable&channelBinding=prefer")).isEqualTo("plain");
  }

  @ParameterizedTest
  @ValueSource(strings = {"allow", "prefer", "require"})
  void connect_directly_needsTheApplicationProtocol(String mode) throws Exception {
    int listener = MODES.indexOf(mode);
    String direct = "sslmode=require&sslNegotiation=direct" + WITHOUT_CERTIFICATE;
    assertThat(fate(listener, direct)).isEqualTo("TLS");
    Endpoint at = at(listener);
    try (RawClient client = TlsDial.anonymous().direct(at, "http/1.1", "postgresql")) {
      client.logIn(Frontend.V3_0, Map.of());
      assertThat(client.applicationProtocol()).isEqualTo("postgresql");
      assertThat(client.query("SELECT 1").value()).isEqualTo("1");
    }
    assertThatThrownBy(() -> talk(TlsDial.anonymous().direct(at))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> talk(TlsDial.anonymous().direct(at, "http/1.1")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void connect_directly_whereTlsIsOff_isHungUp() {
    assertThatThrownBy(() -> talk(TlsDial.anonymous().direct(at(0), "postgresql")))
        .isInstanceOf(IOException.class);
  }

  /// With TLS 1.3 a client may learn only now that its handshake was not liked.
  private static void talk(RawClient client) throws IOException {
    try (client) {
      client.logIn(Frontend.V3_0, Map.of());
    }
  }
}
