package io.trunkline.protocol.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.ServerOptions;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A real driver through [TlsForwarder] to a real server, and bytes that no driver would send.
class ClientTlsIT {
  private static EmbeddedServer server;

  @TempDir Path directory;

  @BeforeAll
  static void start() throws IOException {
    server = EmbeddedServer.create(ServerOptions.newest());
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    // the listener, the driver, what becomes of it
    "DISABLE, sslmode=disable, accepted without TLS",
    "DISABLE, sslmode=prefer, accepted without TLS",
    "PREFER, sslmode=disable, accepted without TLS",
    "PREFER, sslmode=prefer, accepted with TLS",
    "PREFER, sslmode=require, accepted with TLS",
    "PREFER, sslmode=verify-full&sslrootcert=%s, accepted with TLS",
    "REQUIRE, sslmode=verify-full&sslrootcert=%s, accepted with TLS",
    "REQUIRE, sslmode=require&sslNegotiation=direct, accepted with TLS",
    "REQUIRE, sslmode=allow, accepted with TLS",
    "PREFER, gssEncMode=prefer&sslmode=require, accepted with TLS",
  })
  void query_everyKindOfClient_works(SslMode mode, String parameters, String fate)
      throws SQLException {
    try (TlsForwarder forwarder = forwarder(mode);
        Connection connection = connect(forwarder, parameters);
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT string_agg(n::text, ',') FROM generate_series(1,9999) n")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).endsWith("9998,9999");
      assertThat(forwarder.log).last().isEqualTo(fate);
    }
  }

  @Test
  void connect_plaintextWhereTlsIsRequired_isTold() {
    try (TlsForwarder forwarder = forwarder(SslMode.REQUIRE)) {
      assertThatThrownBy(() -> connect(forwarder, "sslmode=disable").close())
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("SSL is required")
          .extracting(failure -> ((SQLException) failure).getSQLState())
          .isEqualTo("28000");
    }
  }

  @Test
  void connect_directWhereTlsIsOff_isDropped() {
    try (TlsForwarder forwarder = forwarder(SslMode.DISABLE)) {
      assertThatThrownBy(() -> connect(forwarder, "sslmode=require&sslNegotiation=direct").close())
          .isInstanceOf(SQLException.class);
      assertThat(forwarder.log)
          .containsExactly("dropped: direct TLS is not accepted by this listener");
    }
  }

  @Test
  void connect_withoutCertificateWhereOneIsDemanded_fails() {
    try (TlsForwarder forwarder = forwarder(SslMode.VERIFY_FULL)) {
      assertThatThrownBy(() -> connect(forwarder, "sslmode=require").close())
          .isInstanceOf(SQLException.class);
      assertThat(forwarder.log).singleElement().asString().startsWith("dropped: ");
    }
  }

  /// CVE-2021-23214: what stands behind the request must not be taken for the client's word.
  @Test
  void sslRequest_startupBehindIt_isRefused() throws IOException {
    try (TlsForwarder forwarder = forwarder(SslMode.PREFER);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), forwarder.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(new byte[] {0, 0, 0, 8, 0x04, (byte) 0xd2, 0x16, 0x2f, 0, 0, 0, 8, 0, 3, 0, 0});
      out.flush();
      DataInputStream in = new DataInputStream(socket.getInputStream());
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("E")
          .contains("C08P01")
          .contains("received unencrypted data after SSL request");
    }
  }

  private TlsForwarder forwarder(SslMode mode) {
    ClientTls tls = new ClientSide(directory).mode(mode).cert(Pki.SERVER).ca(Pki.CA).tls();
    return new TlsForwarder(tls, server.address());
  }

  private Connection connect(TlsForwarder forwarder, String parameters) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres&%s"
            .formatted(
                forwarder.port(), parameters.formatted(directory.resolve("listener-roots.crt"))));
  }
}
