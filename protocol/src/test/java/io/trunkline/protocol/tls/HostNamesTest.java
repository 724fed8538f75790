package io.trunkline.protocol.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.X509Bundle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostNamesTest {

  @ParameterizedTest
  @CsvSource({
    "db.example.org, db.example.org, true",
    "DB.Example.ORG, db.example.org, true",
    "db.example.org, db.example.com, false",
    "db.example.org, db.example.org., false",
    "*.example.org, db.example.org, true",
    "*.EXAMPLE.org, db.example.ORG, true",
    "*.example.org, a.db.example.org, false",
    "*.example.org, example.org, false",
    "*.example.org, .example.org, false",
    "db*.example.org, db1.example.org, false",
    "*db.example.org, mydb.example.org, false",
    "a.*.org, a.example.org, false",
    "*, db, false",
    "*., db., false",
    "*.0.0.1, 127.0.0.1, false",
    "127.0.0.1, 127.0.0.1, true",
    // The Kelvin sign is a k only to those who know too much of Unicode.
    "\u212Aernel.org, kernel.org, false",
  })
  void nameMatches_asLibpq(String name, String host, boolean matches) {
    assertThat(HostNames.nameMatches(name, host)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({
    "a.example.org, true",
    "b.example.org, true",
    "cn.example.org, false",
    "10.0.0.1, true",
    "10.0.0.2, false",
    "2001:db8::1, true",
    "2001:DB8:0:0:0:0:0:1, true",
    "2001:db8::2, false",
  })
  void mismatch_alternativeNames_areTheOnlyOnes(String host, boolean matches) {
    X509Bundle bundle =
        Pki.leaf("CN=cn.example.org")
            .dns("a.example.org")
            .dns("b.example.org")
            .ip("10.0.0.1")
            .ip("2001:db8::1")
            .issued(Pki.CA);
    assertThat(HostNames.mismatch(bundle.getCertificate(), host).isEmpty()).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({"cn.example.org, true", "10.0.0.1, true", "10.0.0.2, false"})
  void mismatch_onlyAddresses_commonNameCountsForNames(String host, boolean matches) {
    X509Bundle bundle = Pki.leaf("CN=cn.example.org").ip("10.0.0.1").issued(Pki.CA);
    assertThat(HostNames.mismatch(bundle.getCertificate(), host).isEmpty()).isEqualTo(matches);
  }

  @Test
  void mismatch_onlyNames_commonNameCountsForAddresses() {
    X509Bundle bundle = Pki.leaf("CN=10.0.0.1").dns("a.example.org").issued(Pki.CA);
    assertThat(HostNames.mismatch(bundle.getCertificate(), "10.0.0.1")).isEmpty();
  }

  @Test
  void mismatch_otherKindsOfNames_commonNameCounts() {
    X509Bundle bundle = Pki.leaf("CN=*.example.org").uri("https://x.org").issued(Pki.CA);
    assertThat(HostNames.mismatch(bundle.getCertificate(), "db.example.org")).isEmpty();
    assertThat(HostNames.mismatch(bundle.getCertificate(), "x.org")).isPresent();
  }

  @Test
  void mismatch_manyNames_saysTheFirst() {
    X509Bundle bundle = Pki.leaf("CN=x").dns("a.org").dns("b.org").dns("c.org").issued(Pki.CA);
    assertThat(HostNames.mismatch(bundle.getCertificate(), "db"))
        .contains(
            "server certificate for \"a.org\" (and 2 other names) does not match host name \"db\"");
  }

  @Test
  void mismatch_noHost_isNoMatch() {
    assertThat(HostNames.mismatch(Pki.SERVER.getCertificate(), null)).isPresent();
    assertThat(HostNames.mismatch(Pki.SERVER.getCertificate(), "")).isPresent();
  }

  @Test
  void mismatch_noNameAtAll_isNoMatch() {
    X509Bundle bundle = Pki.leaf("O=Acme").issued(Pki.CA);
    assertThat(HostNames.mismatch(bundle.getCertificate(), "acme")).isPresent();
  }
}
