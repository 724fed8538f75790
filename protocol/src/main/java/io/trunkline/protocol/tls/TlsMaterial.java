package io.trunkline.protocol.tls;

import io.trunkline.settings.Problem;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/// What the files named by one side's settings hold.
///
/// @param identity our certificate and key; null when none is named or one of them is bad
/// @param roots the certificates we trust; empty when no `ca_file` is set
/// @param revocations the revocation lists; empty when no `crl_file` is set
record TlsMaterial(
    @Nullable Identity identity, List<X509Certificate> roots, List<X509CRL> revocations) {

  /// Our own certificate first, its issuers behind it, and its private key.
  record Identity(List<X509Certificate> chain, PrivateKey key) {
    Identity {
      chain = List.copyOf(chain);
    }

    X509Certificate certificate() {
      return chain.getFirst();
    }
  }

  TlsMaterial {
    roots = List.copyOf(roots);
    revocations = List.copyOf(revocations);
  }

  /// Reads the files, adding what is wrong with any of them to `problems`. Blocking.
  static TlsMaterial read(TlsPaths paths, List<Problem> problems) {
    return new TlsMaterial(
        identity(paths, problems), roots(paths, problems), revocations(paths, problems));
  }

  private static @Nullable Identity identity(TlsPaths paths, List<Problem> problems) {
    Path certFile = paths.certFile();
    Path keyFile = paths.keyFile();
    List<X509Certificate> chain = certFile == null ? null : chain(certFile, problems);
    PrivateKey key = keyFile == null ? null : key(keyFile, paths, problems);
    if (chain == null || key == null) {
      return null;
    }
    if (!PrivateKeys.match(key, chain.getFirst())) {
      problems.add(
          new Problem(
              "key_file",
              keyFile + ": key of another certificate",
              "the private key of the first certificate in " + certFile));
      return null;
    }
    return new Identity(chain, key);
  }

  private static @Nullable List<X509Certificate> chain(Path file, List<Problem> problems) {
    try {
      return PemFile.read(file).certificates();
    } catch (BadFile bad) {
      problems.add(
          new Problem("cert_file", bad.found(), "a PEM file with a certificate and its issuers"));
      return null;
    }
  }

  private static @Nullable PrivateKey key(Path file, TlsPaths paths, List<Problem> problems) {
    try {
      return PrivateKeys.of(PemFile.read(file), paths.keyPassword());
    } catch (BadFile bad) {
      problems.add(new Problem("key_file", bad.found(), "a PEM file with a private key"));
      return null;
    }
  }

  private static List<X509Certificate> roots(TlsPaths paths, List<Problem> problems) {
    Path file = paths.caFile();
    if (file == null) {
      return List.of();
    }
    try {
      return paths.trustsSystem() ? systemRoots() : PemFile.read(file).certificates();
    } catch (BadFile bad) {
      problems.add(new Problem("ca_file", bad.found(), "a PEM file with root certificates"));
      return List.of();
    }
  }

  /// The roots the Java runtime trusts: its `cacerts`, which distributions and container images
  /// commonly link to the machine's own.
  private static List<X509Certificate> systemRoots() {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager x509) {
          return List.of(x509.getAcceptedIssuers());
        }
      }
      return List.of();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("the Java runtime has no trust store", impossible);
    }
  }

  private static List<X509CRL> revocations(TlsPaths paths, List<Problem> problems) {
    Path file = paths.crlFile();
    if (file == null) {
      return List.of();
    }
    try {
      return PemFile.read(file).revocationLists();
    } catch (BadFile bad) {
      problems.add(new Problem("crl_file", bad.found(), "a PEM file with revocation lists"));
      return List.of();
    }
  }
}
