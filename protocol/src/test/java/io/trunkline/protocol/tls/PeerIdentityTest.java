package io.trunkline.protocol.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerIdentityTest {

  @Test
  void of_manyKindsOfNames_writesThemAsOpenSslDoes() throws BadFile {
    PeerIdentity identity = PeerIdentity.of(Fixture.certificate("names.crt"));
    assertThat(identity.commonName()).isEqualTo("Alice Ex");
    assertThat(identity.distinguishedName())
        .isEqualTo(
            "serialNumber=7,emailAddress=alice@example.org,CN=second,OU=ops+CN=Alice Ex,"
                + "O=Acme\\, Inc,C=DE");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CN=alice | alice",
        "CN=first,CN=second | second", // As the certificate orders them.
        "CN=Jo\\, Ann,O=x | 'Jo, Ann'",
        "CN=\u00e5sa | \u00e5sa",
        "O=x |"
      })
  void commonName_isTheFirstInTheCertificate(String subject, String commonName) {
    assertThat(PeerIdentity.of(Pki.leaf(subject).issued(Pki.CA).getCertificate()).commonName())
        .isEqualTo(commonName);
  }

  @Test
  void commonName_withNul_isNone() {
    assertThat(
            PeerIdentity.of(Pki.leaf("CN=al\\00ice").issued(Pki.CA).getCertificate()).commonName())
        .isNull();
  }
}
