package io.trunkline.protocol.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.settings.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrivateKeysTest {
  private static final Secret SECRET = Secret.of("secret");

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "rsa-pkcs8.key, rsa.crt, true",
    "rsa-pkcs1.key, rsa.crt, true",
    "rsa-pkcs1.key, signed-pss-sha384.crt, true",
    "ec-sec1.key, ec.crt, true",
    "ec-pkcs8-encrypted.key, ec.crt, true",
    "ec-pkcs8-encrypted-sha1.key, ec.crt, true",
    "ed25519.key, ed25519.crt, true",
    "rsa-pkcs8.key, ec.crt, false",
    "ec-sec1.key, rsa.crt, false",
    "ed25519.key, ec.crt, false",
    "ec-sec1.key, ed25519.crt, false",
  })
  void of_everyShapeOpenSslWrites_isReadAndMatched(String key, String certificate, boolean match)
      throws BadFile {
    PrivateKey read = PrivateKeys.of(PemFile.read(Fixture.path(key)), SECRET);
    assertThat(PrivateKeys.match(read, Fixture.certificate(certificate))).isEqualTo(match);
  }

  @Test
  void of_encryptedWithoutPassword_saysWhatIsMissing() {
    assertThatThrownBy(
            () -> PrivateKeys.of(PemFile.read(Fixture.path("ec-pkcs8-encrypted.key")), null))
        .isInstanceOf(BadFile.class)
        .hasMessageEndingWith("private key is encrypted and key_password is not set");
  }

  @Test
  void of_wrongPassword_doesNotSayIt() {
    assertThatThrownBy(() ->
            PrivateKeys.of(
                PemFile.read(Fixture.path("ec-pkcs8-encrypted.key")), Secret.of("hunter2")))
        .isInstanceOf(BadFile.class)
        .hasMessageEndingWith("private key cannot be decrypted with key_password")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void read_encryptedTheOldWay_saysHowToConvert() {
    assertThatThrownBy(() -> PemFile.read(Fixture.path("rsa-pkcs1-encrypted.key")))
        .isInstanceOf(BadFile.class)
        .hasMessageContaining("openssl pkcs8");
  }

  @ParameterizedTest
  @CsvSource({
    "PRIVATE KEY, AAAA",
    "RSA PRIVATE KEY, AAAA",
    "EC PRIVATE KEY, AAAA",
    "EC PRIVATE KEY, ''",
    "EC PRIVATE KEY, MIA=", // a SEQUENCE of no stated length
    "EC PRIVATE KEY, MIP///8=", // longer than the file
    "EC PRIVATE KEY, MAMCAQE=", // without a curve
    "EC PRIVATE KEY, MP8=",
    "ENCRYPTED PRIVATE KEY, AAAA"
  })
  void of_malformedKey_isABadFile(String label, String body) throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("bad.key"),
            "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, body, label));
    PemFile pem = PemFile.read(file);
    assertThatThrownBy(() -> PrivateKeys.of(pem, SECRET)).isInstanceOf(BadFile.class);
  }

  @Test
  void of_certificateOnly_hasNoKey() throws BadFile {
    PemFile pem = PemFile.read(Fixture.path("ec.crt"));
    assertThatThrownBy(() -> PrivateKeys.of(pem, null))
        .hasMessageEndingWith("no private key in it");
  }
}
