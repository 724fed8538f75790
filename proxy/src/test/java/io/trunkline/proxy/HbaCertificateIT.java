package io.trunkline.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.rig.Authority;
import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.Postgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Lines that ask pgjdbc for certificates, in front of PostgreSQL.
class HbaCertificateIT {
  private static final Authority AUTHORITY = new Authority("Test CA");

  @TempDir private static Path directory;

  @BeforeAll
  static void write() throws IOException {
    Authority.write(directory, "host", AUTHORITY.host("127.0.0.1"));
    Authority.write(directory, "app", AUTHORITY.user("app"));
    Authority.write(directory, "mail", AUTHORITY.user("app@example.com"));
    AUTHORITY.writeRoots(directory.resolve("ca.crt"));
    Files.writeString(
        directory.resolve("ident"),
        "people /^(.*)@example\\.com$ \\1\nwhole \"CN=app@example.com\" app\n");
  }

  private static ProxyServer proxy(String line) {
    return Configured.start(
        """
        listeners:
          - address: 127.0.0.1
            port: 0
            tls:
              mode: allow
              cert_file: '%1$s/host.crt'
              key_file: '%1$s/host.key'
              ca_file: '%1$s/ca.crt'
        clusters:
          main:
            members: ['127.0.0.1:%2$d']
            probe: { user: probe, password: probe, database: postgres }
        users: { app: { password: app } }
        auth: { hba: ['%3$s'], ident_file: '%1$s/ident' }
        """
            .formatted(directory, Postgres.shared().app().port(), line));
  }

  /// Who is let in, or why nobody is.
  private static String fate(ProxyServer proxy, String certificate, String password) {
    String own =
        certificate.equals("none")
            ? "&sslcert=&sslkey="
            : "&sslcert=DIR/%1$s.crt&sslkey=DIR/%1$s.key".formatted(certificate);
    String url =
        "jdbc:postgresql://127.0.0.1:%d/app?sslmode=require&sslrootcert=DIR/ca.crt"
            .concat("&pemKeyAlgorithm=EC")
            .concat(own)
            .formatted(Configured.port(proxy, 0))
            .replace("DIR", directory.toString());
    try (Connection connection = DriverManager.getConnection(url, "app", password);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT current_user")) {
      rows.next();
      return rows.getString(1);
    } catch (SQLException refused) {
      return refused.getSQLState();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hostssl all all all cert | app | x | app",
        "hostssl all all all cert | mail | x | 28000",
        "hostssl all all all cert | none | x | 28000",
        "hostssl all all all cert map=people | mail | x | app",
        "hostssl all all all cert map=people | app | x | 28000",
        "hostssl all all all cert clientname=DN map=whole | mail | x | app",
        "hostssl all all all cert clientname=DN | app | x | 28000",
        "hostssl all all all scram-sha-256 clientcert=verify-ca | mail | app | app",
        "hostssl all all all scram-sha-256 clientcert=verify-ca | mail | x | 28P01",
        "hostssl all all all scram-sha-256 clientcert=verify-ca | none | app | 28000",
        "hostssl all all all scram-sha-256 clientcert=verify-full | app | app | app",
        "hostssl all all all scram-sha-256 clientcert=verify-full | mail | app | 28000",
        "hostnossl all all all scram-sha-256 | app | app | 28000",
        "host all all all scram-sha-256 | none | app | app"
      })
  void login_certificate_isWhatTheLineWants(
      String line, String certificate, String password, String fate) {
    try (ProxyServer proxy = proxy(line)) {
      assertThat(fate(proxy, certificate, password)).isEqualTo(fate);
    }
  }

  /// Nobody has a role on the console by a certificate alone.
  @Test
  void console_userWithCertificateAlone_isKeptOut() {
    try (ProxyServer proxy = proxy("hostssl all all all cert")) {
      String url =
          "jdbc:postgresql://127.0.0.1:%d/trunkline?sslmode=require&sslcert=DIR/app.crt"
              .concat("&sslkey=DIR/app.key&pemKeyAlgorithm=EC&preferQueryMode=simple")
              .formatted(Configured.port(proxy, 0))
              .replace("DIR", directory.toString());
      String fate;
      try (Connection _ = DriverManager.getConnection(url, "app", "app")) {
        fate = "let in";
      } catch (SQLException refused) {
        fate = refused.getSQLState();
      }
      assertThat(fate).isEqualTo("28P01");
    }
  }
}
