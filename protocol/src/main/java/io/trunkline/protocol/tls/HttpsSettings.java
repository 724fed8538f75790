package io.trunkline.protocol.tls;

import io.trunkline.settings.Checked;
import io.trunkline.settings.Defaults;
import io.trunkline.settings.Problem;
import io.trunkline.settings.Secret;
import io.trunkline.settings.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/// TLS towards services that are addressed by `https://`: the server must always prove its name.
/// The same PEM files as everywhere else, for clients of the JDK's kind.
public record HttpsSettings(
    @Setting(
            noFile = "system",
            value =
                "PEM file with the roots of server certificates, or the word system for those the"
                    + " Java runtime trusts, as without it.")
        @Nullable Path caFile,
    @Setting("PEM file with the certificate to present, followed by its issuers.")
        @Nullable Path certFile,
    @Setting("PEM file with the private key of cert_file: PKCS#8, PKCS#1 or SEC 1.")
        @Nullable Path keyFile,
    @Setting("Password of key_file, when that is an encrypted PKCS#8 key.")
        @Nullable Secret keyPassword)
    implements Checked {

  public static HttpsSettings defaults() {
    return Defaults.of(HttpsSettings.class);
  }

  /// Looks into the files too, so it blocks.
  @Override
  public List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    TlsChecks.check(SslMode.REQUIRE, paths(), problems);
    TlsMaterial.read(paths(), problems);
    return problems;
  }

  /// Reads the files. Blocking.
  ///
  /// @throws IllegalArgumentException when a file is bad
  public SSLContext context() {
    List<Problem> problems = new ArrayList<>();
    TlsMaterial material = TlsMaterial.read(paths(), problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("TLS files: " + problems);
    }
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(identity(material), trusted(material), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("TLS files: " + e.getMessage(), e);
    } catch (IOException impossible) {
      throw new IllegalStateException("a key store in memory was read", impossible);
    }
  }

  private TlsPaths paths() {
    return new TlsPaths(certFile, keyFile, keyPassword, caFile, null);
  }

  private static TrustManager @Nullable [] trusted(TlsMaterial material) {
    return material.roots().isEmpty()
        ? null // the JDK's own
        : new TrustManager[] {new TrustedRoots(material.roots(), List.of())};
  }

  private static KeyManager @Nullable [] identity(TlsMaterial material)
      throws GeneralSecurityException, IOException {
    TlsMaterial.Identity identity = material.identity();
    if (identity == null) {
      return null;
    }
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    char[] none = {};
    store.setKeyEntry("own", identity.key(), none, identity.chain().toArray(Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, none);
    return factory.getKeyManagers();
  }
}
