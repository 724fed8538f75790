package io.trunkline.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.protocol.Bytes;
import io.trunkline.settings.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredSecretTest {
  /// As PostgreSQL stored them, for user `app` and password `sésame`.
  private static final String VERIFIER =
      "SCRAM-SHA-256$4096:kkWL7l6lXd8Hxnxx0gVodA=="
          + "$4MHH3xAB1mZNfJyW0vAz48gtk/hkzPB5yyedussOCZk="
          + ":o9gEqpXpX7GRfBigbcxmIdtFEj5PUZG0X0goZHBSPT8=";

  private static final String MD5 = "md5df5f4295b818fe601695eb7ad5b42603";

  @Test
  void parse_verifierOfPostgres_isOurOwn() {
    StoredSecret parsed = StoredSecret.parse(Secret.of(VERIFIER));
    assertThat(parsed).isInstanceOf(StoredSecret.Scram.class);
    ScramVerifier verifier = ((StoredSecret.Scram) parsed).verifier();
    PasswordSalting salting =
        new PasswordSalting(LoginFixture.PASSWORD, verifier.salt(), verifier.iterations());
    assertThat(ScramVerifier.of(salting)).isEqualTo(verifier);
    assertThat(verifier.format().reveal()).isEqualTo(VERIFIER);
  }

  @Test
  void parse_md5OfPostgres_isOurOwn() {
    assertThat(StoredSecret.parse(Secret.of(MD5))).isEqualTo(LoginFixture.MD5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sesame",
        "md5",
        "md5FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
        "md5ffffffffffffffffffffffffffffffffx",
        "SCRAM-SHA-256",
        "SCRAM-SHA-256$4096:AAAA$AAAA:AAAA",
        "SCRAM-SHA-256$0:c2FsdA==$KEY:KEY",
        "SCRAM-SHA-256$9999999999:c2FsdA==$KEY:KEY",
        "SCRAM-SHA-256$4096:###=$KEY:KEY",
        "SCRAM-SHA-256$4096:c2FsdA==$KEY:KEY:KEY",
        "SCRAM-SHA-1$4096:c2FsdA==$KEY:KEY"
      })
  void parse_anythingElse_isAPassword(String template) {
    String key = ScramSha256.base64(Bytes.of(new byte[32]));
    Secret text = Secret.of(template.replace("KEY", key));
    assertThat(StoredSecret.parse(text)).isEqualTo(new StoredSecret.Plain(text));
  }

  @Test
  void toString_anySecret_showsNothing() {
    assertThat(LoginFixture.PLAIN + "" + LoginFixture.MD5 + LoginFixture.SCRAM)
        .doesNotContain("sésame")
        .doesNotContain("md5")
        .contains("***", "32 bytes");
  }
}
