package io.trunkline.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.protocol.tls.ServerTlsSettings;
import io.trunkline.protocol.tls.SslMode;
import io.trunkline.protocol.tls.SslNegotiation;
import io.trunkline.settings.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class ProbeTargetTest {

  @Test
  void toString_withPassword_doesNotShowIt() {
    ProbeTarget target =
        new ProbeTarget(
            "a",
            Looks.declared("a").address(),
            "postgres",
            "probe",
            Secret.of("s3cret"),
            ServerTlsSettings.PREFER,
            Map.of());

    assertThat(target.toString()).doesNotContain("s3cret");
  }

  @Test
  void tls_allSettings_becomeTheDriversProperties() {
    Properties properties = new Properties();

    ProbeTls.add(
        new ServerTlsSettings(
            SslMode.VERIFY_CA,
            SslNegotiation.DIRECT,
            Path.of("cert.pem"),
            Path.of("key.pem"),
            Secret.of("pw"),
            Path.of("ca.pem"),
            null,
            List.of(),
            List.of(),
            List.of(),
            List.of()),
        properties);

    assertThat(properties)
        .containsEntry("sslmode", "verify-ca")
        .containsEntry("sslNegotiation", "direct")
        .containsEntry("sslcert", "cert.pem")
        .containsEntry("sslkey", "key.pem")
        .containsEntry("sslpassword", "pw")
        .containsEntry("sslrootcert", "ca.pem");
  }

  @Test
  void tls_systemAuthorities_areThoseOfJava() {
    Properties properties = new Properties();

    ProbeTls.add(
        new ServerTlsSettings(
            SslMode.VERIFY_FULL,
            SslNegotiation.POSTGRES,
            null,
            null,
            null,
            Path.of("system"),
            null,
            List.of(),
            List.of(),
            List.of(),
            List.of()),
        properties);

    assertThat(properties)
        .containsEntry("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory")
        .containsEntry("sslcert", "")
        .doesNotContainKey("sslrootcert");
  }
}
