package io.trunkline.protocol.tls;

import io.netty.handler.ssl.CipherSuiteConverter;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import io.trunkline.protocol.tls.TlsMaterial.Identity;
import io.trunkline.settings.Problem;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
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

  /// Version 1.3 has few suites and all are good: they have a setting of their own, for who must
  /// leave some out. BoringSSL cannot: the functions that set its cipher lists do nothing to them
  /// (its ssl.h, "Cipher suite configuration"). The JDK can.
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

  /// What the settings make of the engine of this process.
  static SslProvider provider(List<String> tls13) {
    return leavesOut(tls13) ? SslProvider.JDK : PROVIDER;
  }

  private static boolean leavesOut(List<String> tls13) {
    return !tls13.isEmpty() && !tls13.containsAll(TLS13_SUITES);
  }

  /// The engine to use for a choice among the suites of version 1.3, and with a certificate:
  /// netty-tcnative can present none with an Ed25519, Ed448 or RSASSA-PSS key.
  static SslProvider able(SslProvider wanted, List<String> tls13, @Nullable Identity identity) {
    if (leavesOut(tls13)) {
      LOG.warn(
          "TLS engine library=JDK reason=\"slower, but the only one to leave out suites of"
              + " TLSv1.3 (tls13_ciphers)\"");
      return SslProvider.JDK;
    }
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
  static List<String> withTls13(List<String> wished, SslProvider provider) {
    List<String> suites = new ArrayList<>(TLS13_SUITES);
    wished.stream()
        .filter(name -> !TLS13_SUITES.contains(name))
        .map(name -> provider == SslProvider.JDK ? ofStandard(name) : name)
        .forEach(suites::add);
    return suites;
  }

  /// The standard's name for what OpenSSL may call otherwise, and the JDK does not.
  private static String ofStandard(String name) {
    String standard = name.startsWith("TLS_") ? name : CipherSuiteConverter.toJava(name, "TLS");
    return standard == null ? name : standard;
  }

  /// Of the suites that are enabled, those of version 1.3 that are wished for, and all others.
  static String[] narrowed(String[] enabled, List<String> tls13) {
    if (tls13.isEmpty()) {
      return enabled;
    }
    return Stream.concat(
            tls13.stream(), Arrays.stream(enabled).filter(name -> !TLS13_SUITES.contains(name)))
        .toArray(String[]::new);
  }

  static void check(List<String> ciphers, List<String> tls13, List<Problem> problems) {
    for (String cipher : tls13) {
      if (!TLS13_SUITES.contains(cipher)) {
        problems.add(
            new Problem("tls13_ciphers", cipher, "some of " + String.join(", ", TLS13_SUITES)));
      }
    }
    Set<String> known = ciphers.isEmpty() ? Set.of() : known(provider(tls13));
    for (String cipher : ciphers) {
      if (!known.contains(cipher) && !known.contains(ofStandard(cipher))) {
        problems.add(
            new Problem(
                "ciphers", cipher, "names of single suites, as ECDHE-RSA-AES128-GCM-SHA256"));
      }
    }
  }
}
