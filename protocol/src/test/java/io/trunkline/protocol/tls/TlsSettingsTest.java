package io.trunkline.protocol.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.settings.Problem;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TlsSettingsTest {
  @TempDir Path directory;

  @Test
  void defaults_haveNoProblem() {
    assertThat(ClientTlsSettings.DISABLED.mode()).isEqualTo(SslMode.DISABLE);
    assertThat(ClientTlsSettings.DISABLED.protocols()).isEqualTo(TlsChecks.PROTOCOLS);
    assertThat(ClientTlsSettings.DISABLED.directTls()).isTrue();
    assertThat(ClientTlsSettings.DISABLED.problems()).isEmpty();
    assertThat(ServerTlsSettings.PREFER.sslmode()).isEqualTo(SslMode.PREFER);
    assertThat(ServerTlsSettings.PREFER.sslnegotiation()).isEqualTo(SslNegotiation.POSTGRES);
    assertThat(ServerTlsSettings.PREFER.problems()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(value = SslMode.class, names = "DISABLE", mode = EnumSource.Mode.EXCLUDE)
  void client_anyTlsMode_needsACertificate(SslMode mode) {
    assertThat(keys(client().mode(mode).settings().problems())).contains("cert_file");
  }

  @Test
  void client_tlsOff_doesNotLookIntoFiles() {
    ClientTlsSettings settings =
        client()
            .mode(SslMode.DISABLE)
            .cert(directory.resolve("absent"))
            .key(directory.resolve("absent"))
            .settings();
    assertThat(settings.problems()).isEmpty();
  }

  @Test
  void client_verifyCaWithoutRoots_needsThem() {
    assertThat(client().mode(SslMode.VERIFY_CA).cert(Pki.SERVER).settings().problems())
        .containsExactly(new Problem("ca_file", "nothing", "a PEM file, as verify-ca needs it"));
  }

  @Test
  void client_systemRoots_areNotForClients() {
    assertThat(keys(client().cert(Pki.SERVER).ca(Path.of("system")).settings().problems()))
        .containsExactly("ca_file");
  }

  @Test
  void client_halfAPair_namesTheOtherHalf() {
    assertThat(keys(client().cert(Fixture.path("ec.crt")).settings().problems()))
        .containsExactly("key_file");
    assertThat(keys(client().key(Fixture.path("ec-sec1.key")).settings().problems()))
        .containsExactly("cert_file");
  }

  @Test
  void client_keyOfAnotherCertificate_isFound() {
    Path certificate = Fixture.path("ec.crt");
    Path key = Fixture.path("rsa-pkcs1.key");
    assertThat(client().cert(certificate).key(key).settings().problems())
        .containsExactly(
            new Problem(
                "key_file",
                key + ": key of another certificate",
                "the private key of the first certificate in " + certificate));
  }

  @Test
  void client_everythingWrong_isSaidAtOnce() {
    ClientTlsSettings settings =
        client()
            .mode(SslMode.VERIFY_FULL)
            .cert(directory.resolve("a"))
            .key(directory.resolve("b"))
            .ca(directory.resolve("c"))
            .crl(directory.resolve("d"))
            .protocols("TLSv1", "TLSv1.3")
            .ciphers("HIGH:!aNULL")
            .settings();
    assertThat(keys(settings.problems()))
        .containsExactlyInAnyOrder(
            "cert_file", "key_file", "ca_file", "crl_file", "protocols", "ciphers");
  }

  @Test
  void client_noProtocol_isRefused() {
    assertThat(keys(client().cert(Pki.SERVER).protocols().settings().problems()))
        .containsExactly("protocols");
  }

  @Test
  void server_passwordWithoutKey_isRefused() {
    assertThat(keys(server().password("x").settings().problems())).containsExactly("key_password");
  }

  @Test
  void server_revocationsWithoutRoots_areRefused() {
    Path crl = Revocations.of(Pki.CA).writeTo(directory.resolve("ca.crl"));
    assertThat(keys(server().crl(crl).settings().problems())).containsExactly("crl_file");
  }

  @ParameterizedTest
  @EnumSource(SslMode.class)
  void server_systemRoots_needVerifyFull(SslMode mode) {
    assertThat(keys(server().mode(mode).ca(Path.of("system")).settings().problems()))
        .isEqualTo(mode == SslMode.VERIFY_FULL ? List.of() : List.of("sslmode"));
  }

  @ParameterizedTest
  @EnumSource(SslMode.class)
  void server_direct_needsRequireOrMore(SslMode mode) {
    assertThat(keys(server().mode(mode).ca(Pki.CA).direct().settings().problems()))
        .isEqualTo(mode.requiresTls() ? List.of() : List.of("sslmode"));
  }

  private ClientSide client() {
    return new ClientSide(directory);
  }

  private ServerSide server() {
    return new ServerSide(directory);
  }

  private static List<String> keys(List<Problem> problems) {
    return problems.stream().map(Problem::key).toList();
  }
}
