package io.trunkline.proxy;

import static io.trunkline.proxy.AuthQueryScene.DATABASE;
import static io.trunkline.proxy.AuthQueryScene.at;
import static io.trunkline.proxy.AuthQueryScene.newServer;
import static io.trunkline.proxy.AuthQueryScene.refusal;
import static io.trunkline.proxy.AuthQueryScene.whoAmI;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.ServerOptions;
import io.trunkline.proxy.access.TestDirectory;
import io.trunkline.proxy.rig.Authority;
import io.trunkline.proxy.rig.Configured;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Users whom a directory knows: their passwords in clear text open the servers too.
class LdapIT {
  @TempDir private static Path files;

  private static EmbeddedServer server;
  private static TestDirectory directory;
  private static ProxyServer proxy;

  @BeforeAll
  static void start() throws IOException, SQLException {
    server = newServer(ServerOptions.newest());
    server.execute("ALTER ROLE alice PASSWORD 'ldap-alice'");
    Authority authority = new Authority("Directory CA");
    authority.writeRoots(files.resolve("ca.crt"));
    directory = new TestDirectory(authority);
    proxy =
        Configured.start(
            """
            listeners: [{ address: 127.0.0.1, port: 0, role: any }]
            clusters:
              main:
                members: ['127.0.0.1:%d']
                probe: { user: probe, interval: 100ms, timeout: 500ms }
            databases: { %s: {} }
            admin: { users: { bob: { role: admin } } }
            auth:
              ldap_ca_file: '%s'
              hba:
                - 'host all all all ldap ldapserver=127.0.0.1 ldapport=%d ldapscheme=ldaps
                   ldapprefix=uid= ldapsuffix=",%s"'
            """
                .formatted(
                    server.port(),
                    DATABASE,
                    files.resolve("ca.crt"),
                    directory.tlsPort(),
                    TestDirectory.BASE));
  }

  @AfterAll
  static void stop() throws IOException {
    proxy.close();
    directory.close();
    server.close();
  }

  @Test
  void login_rightPassword_opensTheServerToo() throws IOException {
    assertThat(whoAmI(at(proxy, "alice", "ldap-alice"))).isEqualTo("alice");
  }

  @Test
  void login_wrongPasswordOrUser_isToldAsPostgresDoes() throws IOException {
    for (String user : new String[] {"alice", "nobody"}) {
      var refusal = refusal(at(proxy, user, "wrong"));
      assertThat(refusal.sqlState()).isEqualTo("28000");
      assertThat(refusal.fields().get('M'))
          .isEqualTo("LDAP authentication failed for user \"" + user + "\"");
    }
    assertThat(refusal(at(proxy, "alice", "")).sqlState()).isEqualTo("28P01");
  }

  /// The directory knows alice, the console does not.
  @Test
  void console_userOfTheDirectory_needsARoleThere() throws IOException {
    var console = at(proxy, "bob", "ldap-bob").inDatabase("trunkline");
    try (var client = io.trunkline.proxy.rig.RawClient.login(console)) {
      assertThat(client.query("SHOW VERSION").value()).isNotEmpty();
    }
    var alice = at(proxy, "alice", "ldap-alice").inDatabase("trunkline");
    assertThat(refusal(alice).sqlState()).isEqualTo("28000");
  }
}
