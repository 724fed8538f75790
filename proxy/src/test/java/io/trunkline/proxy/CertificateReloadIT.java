package io.trunkline.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.X509Bundle;
import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Authority;
import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.TlsDial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Certificates that change while the proxy runs, as its clients see them.
class CertificateReloadIT {
  private static final Authority AUTHORITY = new Authority("Test CA");
  private static final int MAIN = 0;
  private static final int OTHER = 1;

  @TempDir private Path directory;
  private final Postgres postgres = Postgres.shared();
  private final X509Bundle before = AUTHORITY.host("127.0.0.1");
  private final X509Bundle after = AUTHORITY.host("127.0.0.1");
  private ProxyServer proxy;

  @BeforeEach
  void start() throws IOException {
    Authority.write(directory, "main", before);
    Authority.write(directory, "other", before);
    proxy =
        Configured.start(
            """
            listeners:
              - address: 127.0.0.1
                port: 0
                role: primary
                tls: { mode: prefer, cert_file: '%1$s/main.crt', key_file: '%1$s/main.key' }
              - address: 127.0.0.1
                port: 0
                role: primary
                tls: { mode: require, cert_file: '%1$s/other.crt', key_file: '%1$s/other.key' }
            clusters:
              main:
                members: ['127.0.0.1:%2$d']
                probe: { user: probe, password: probe, database: postgres }
            users: { app: { password: app } }
            admin: { users: { admin: { password: admin, role: admin } } }
            auth: { method: trust }
            """
                .formatted(directory, postgres.app().port()));
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  private Endpoint at(int listener) {
    return postgres.app().onPort(Configured.port(proxy, listener));
  }

  private X509Certificate shown(int listener) throws IOException {
    try (RawClient client = TlsDial.anonymous().ask(at(listener))) {
      return client.serverCertificate();
    }
  }

  private Answer reload() throws IOException {
    Endpoint console = new Endpoint("127.0.0.1", at(MAIN).port(), "admin", "admin", "trunkline");
    try (RawClient admin = RawClient.login(console)) {
      return admin.query("RELOAD");
    }
  }

  @Test
  void reload_renewedCertificate_isShownToNewClients_andOldOnesStay() throws Exception {
    try (RawClient old = TlsDial.anonymous().ask(at(MAIN))) {
      old.logIn(Frontend.V3_0, Map.of());
      Authority.write(directory, "main", after);
      assertThat(shown(MAIN)).as("nothing was said yet").isEqualTo(before.getCertificate());
      assertThat(reload().commandTags()).containsExactly("RELOAD");
      assertThat(shown(MAIN)).isEqualTo(after.getCertificate());
      assertThat(shown(OTHER)).isEqualTo(before.getCertificate());
      assertThat(old.query("SELECT 1").value()).isEqualTo("1");
    }
  }

  private static String text(Answer answer) {
    return answer.error().orElseThrow().fields().get('M');
  }

  @Test
  void reload_oneBadFile_changesNothingAtAll() throws Exception {
    Authority.write(directory, "main", after);
    Files.writeString(directory.resolve("other.key"), after.getPrivateKeyPEM());
    Answer answer = reload();
    assertThat(answer.sqlState()).isEqualTo("F0000");
    assertThat(text(answer))
        .contains("listeners[1].tls.key_file")
        .contains(directory.resolve("other.key").toString())
        .contains("key of another certificate")
        .doesNotContain("listeners[0]");
    assertThat(shown(MAIN)).isEqualTo(before.getCertificate());
    assertThat(shown(OTHER)).isEqualTo(before.getCertificate());

    Files.delete(directory.resolve("other.crt"));
    assertThat(text(reload())).contains("listeners[1].tls.cert_file").contains("no such file");

    Authority.write(directory, "other", after);
    assertThat(reload().sqlState()).isEqualTo("00000");
    assertThat(shown(MAIN)).isEqualTo(after.getCertificate());
    assertThat(shown(OTHER)).isEqualTo(after.getCertificate());
  }
}
