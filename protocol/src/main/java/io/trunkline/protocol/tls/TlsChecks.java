package io.trunkline.protocol.tls;

import io.trunkline.settings.Problem;
import io.trunkline.settings.ScalarText;
import java.util.List;

/// The impossible combinations that both sides' settings share.
final class TlsChecks {
  /// What we speak; older versions are deprecated by RFC 8996.
  static final List<String> PROTOCOLS = List.of("TLSv1.2", "TLSv1.3");

  private TlsChecks() {}

  static void check(SslMode mode, TlsPaths paths, List<Problem> problems) {
    checkPair(paths, problems);
    if (mode.verifiesPeer() && paths.caFile() == null) {
      problems.add(
          new Problem(
              "ca_file", "nothing", "a PEM file, as " + ScalarText.format(mode) + " needs it"));
    }
    if (paths.crlFile() != null && paths.caFile() == null) {
      problems.add(new Problem("crl_file", "no ca_file with it", "only together with ca_file"));
    }
  }

  static void checkProtocols(List<String> protocols, List<Problem> problems) {
    String allowed = "one or both of " + String.join(", ", PROTOCOLS);
    if (protocols.isEmpty()) {
      problems.add(new Problem("protocols", "none", allowed));
    }
    for (String protocol : protocols) {
      if (!PROTOCOLS.contains(protocol)) {
        problems.add(new Problem("protocols", protocol, allowed));
      }
    }
  }

  private static void checkPair(TlsPaths paths, List<Problem> problems) {
    if (paths.certFile() != null && paths.keyFile() == null) {
      problems.add(new Problem("key_file", "nothing", "the private key of cert_file"));
    }
    if (paths.certFile() == null && paths.keyFile() != null) {
      problems.add(new Problem("cert_file", "nothing", "the certificate of key_file"));
    }
    if (paths.keyPassword() != null && paths.keyFile() == null) {
      problems.add(
          new Problem("key_password", "no key_file with it", "only together with key_file"));
    }
  }
}
