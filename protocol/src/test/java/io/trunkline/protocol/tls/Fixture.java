package io.trunkline.protocol.tls;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Objects;

/// Files made by OpenSSL 3, which is what operators have.
///
/// The password of encrypted keys is `secret`. `names.crt` is a subject of many kinds of names.
final class Fixture {
  private Fixture() {}

  static Path path(String name) {
    URL url = Objects.requireNonNull(Fixture.class.getResource(name), name);
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static X509Certificate certificate(String name) throws BadFile {
    return PemFile.read(path(name)).certificates().getFirst();
  }
}
