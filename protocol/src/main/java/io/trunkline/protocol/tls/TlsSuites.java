package io.trunkline.protocol.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import io.trunkline.protocol.tls.TlsMaterial.Identity;
import io.trunkline.settings.Problem;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which TLS engine this process has, and which cipher suites that engine knows. Loading this class
/// loads the engine's native library.
///
/// BoringSSL (netty-tcnative) where its native library loads, the JDK's own engine elsewhere:
/// correct, but about twice the CPU per query.
final class TlsSuites {
  private static final Logger LOG = LoggerFactory.getLogger(TlsSuites.class);

  static final SslProvider PROVIDER = provider();
  private static final AtomicBoolean TOLD = new AtomicBoolean();

  /// Version 1.3 has few suites and all are good: they are not for choosing, as with PostgreSQL's
  /// `ssl_ciphers` before version 18.
  private static final List<String> TLS13_SUITES =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  private static final Set<String> NATIVE_KEYS = Set.of("RSA", "EC");

  private TlsSuites() {}

  private static SslProvider provider() {
    return OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
  }

  /// The engine of this process, for somebody who is going to use it; the log says once which it
  /// is. Not when this class is loaded: a configuration is checked before its log is begun.
  static SslProvider engine() {
    if (TOLD.getAndSet(true)) {
      return PROVIDER;
    }
    if (PROVIDER == SslProvider.OPENSSL) {
      LOG.info("TLS engine library={}", OpenSsl.versionString());
    } else {
      LOG.warn(
          "TLS engine library=JDK reason=\"native library did not load: {}\"",
          String.valueOf(OpenSsl.unavailabilityCause()));
    }
    return PROVIDER;
  }

  /// The engine to use with a certificate: netty-tcnative can present none with an Ed25519, Ed448
  /// or RSASSA-PSS key.
  static SslProvider able(SslProvider wanted, @Nullable Identity identity) {
    if (identity == null || NATIVE_KEYS.contains(identity.key().getAlgorithm())) {
      return wanted;
    }
    LOG.warn(
        "TLS engine library=JDK reason=\"slower, but the only one for the {} key of {}\"",
        identity.key().getAlgorithm(),
        identity.certificate().getSubjectX500Principal());
    return SslProvider.JDK;
  }

  /// The names an engine of this kind understands: the standard ones and, with BoringSSL, those of
  /// OpenSSL too.
  static Set<String> known(SslProvider provider) {
    if (provider != SslProvider.JDK) {
      Set<String> names = new HashSet<>(OpenSsl.availableJavaCipherSuites());
      names.addAll(OpenSsl.availableOpenSslCipherSuites());
      return names;
    }
    try {
      return Set.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has a TLS engine", impossible);
    }
  }

  /// The suites to configure: those wished for, and those of version 1.3 in any case.
  static List<String> withTls13(List<String> wished) {
    List<String> suites = new ArrayList<>(TLS13_SUITES);
    wished.stream().filter(name -> !TLS13_SUITES.contains(name)).forEach(suites::add);
    return suites;
  }

  static void check(List<String> ciphers, List<Problem> problems) {
    Set<String> known = ciphers.isEmpty() ? Set.of() : known(PROVIDER);
    for (String cipher : ciphers) {
      if (!known.contains(cipher)) {
        problems.add(
            new Problem(
                "ciphers", cipher, "names of single suites, as ECDHE-RSA-AES128-GCM-SHA256"));
      }
    }
  }
}
