package io.trunkline.protocol.tls;

import io.netty.pkitesting.X509Bundle;
import io.trunkline.settings.Secret;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes the settings towards PostgreSQL for tests.
final class ServerSide {
  private final Path directory;
  private SslMode mode = SslMode.REQUIRE;
  private SslNegotiation negotiation = SslNegotiation.POSTGRES;
  private @Nullable Path cert;
  private @Nullable Path key;
  private @Nullable Secret password;
  private @Nullable Path ca;
  private @Nullable Path crl;
  private List<String> protocols = TlsChecks.PROTOCOLS;
  private List<String> ciphers = List.of();
  private List<String> tls13Ciphers = List.of();
  private List<String> groups = List.of();

  ServerSide(Path directory) {
    this.directory = directory;
  }

  ServerSide mode(SslMode mode) {
    this.mode = mode;
    return this;
  }

  ServerSide direct() {
    negotiation = SslNegotiation.DIRECT;
    return this;
  }

  ServerSide cert(X509Bundle bundle) {
    Pki.KeyPairFiles files = Pki.write(directory, "proxy", bundle);
    return cert(files.cert()).key(files.key());
  }

  ServerSide cert(@Nullable Path file) {
    cert = file;
    return this;
  }

  ServerSide key(@Nullable Path file) {
    key = file;
    return this;
  }

  ServerSide password(String text) {
    password = Secret.of(text);
    return this;
  }

  ServerSide ca(X509Bundle... authorities) {
    return ca(Pki.writeRoots(directory, "proxy-roots", authorities));
  }

  ServerSide ca(Path file) {
    ca = file;
    return this;
  }

  ServerSide crl(Path file) {
    crl = file;
    return this;
  }

  ServerSide protocols(String... protocols) {
    this.protocols = List.of(protocols);
    return this;
  }

  ServerSide ciphers(String... ciphers) {
    this.ciphers = List.of(ciphers);
    return this;
  }

  ServerSide tls13Ciphers(String... ciphers) {
    this.tls13Ciphers = List.of(ciphers);
    return this;
  }

  ServerSide groups(String... groups) {
    this.groups = List.of(groups);
    return this;
  }

  ServerTlsSettings settings() {
    return new ServerTlsSettings(
        mode, negotiation, cert, key, password, ca, crl, protocols, ciphers, tls13Ciphers, groups);
  }

  ServerTls tls() {
    return ServerTls.of(settings());
  }
}
