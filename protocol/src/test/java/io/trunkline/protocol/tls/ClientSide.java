package io.trunkline.protocol.tls;

import io.netty.pkitesting.X509Bundle;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes a listener's settings for tests.
final class ClientSide {
  private final Path directory;
  private SslMode mode = SslMode.PREFER;
  private @Nullable Path cert;
  private @Nullable Path key;
  private @Nullable Path ca;
  private @Nullable Path crl;
  private List<String> protocols = TlsChecks.PROTOCOLS;
  private List<String> ciphers = List.of();
  private List<String> tls13Ciphers = List.of();
  private List<String> groups = List.of();
  private boolean direct = true;

  ClientSide(Path directory) {
    this.directory = directory;
  }

  ClientSide mode(SslMode mode) {
    this.mode = mode;
    return this;
  }

  ClientSide cert(X509Bundle bundle) {
    Pki.KeyPairFiles files = Pki.write(directory, "listener", bundle);
    return cert(files.cert()).key(files.key());
  }

  ClientSide cert(@Nullable Path file) {
    cert = file;
    return this;
  }

  ClientSide key(@Nullable Path file) {
    key = file;
    return this;
  }

  ClientSide ca(X509Bundle... authorities) {
    ca = Pki.writeRoots(directory, "listener-roots", authorities);
    return this;
  }

  ClientSide ca(Path file) {
    ca = file;
    return this;
  }

  ClientSide crl(Path file) {
    crl = file;
    return this;
  }

  ClientSide protocols(String... protocols) {
    this.protocols = List.of(protocols);
    return this;
  }

  ClientSide ciphers(String... ciphers) {
    this.ciphers = List.of(ciphers);
    return this;
  }

  ClientSide tls13Ciphers(String... ciphers) {
    this.tls13Ciphers = List.of(ciphers);
    return this;
  }

  ClientSide groups(String... groups) {
    this.groups = List.of(groups);
    return this;
  }

  ClientSide withoutDirect() {
    direct = false;
    return this;
  }

  ClientTlsSettings settings() {
    return new ClientTlsSettings(
        mode, cert, key, null, ca, crl, protocols, ciphers, tls13Ciphers, groups, direct);
  }

  ClientTls tls() {
    return ClientTls.of(settings());
  }
}
