package io.trunkline.protocol.tls;

import io.netty.util.AsciiString;
import io.netty.util.NetUtil;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Compares a certificate's names with the host we connect to, as libpq's `verify-full` does
/// (`fe-secure-openssl.c`, `fe-secure-common.c`; RFC 2818 and RFC 6125 in their lenient points):
///
/// * The names are the subjectAltName's `dNSName` and `iPAddress` entries.
/// * Only when none of them is of the host's own kind does the subject's common name count.
/// * `*.` at the very start of a name stands for one label; a name is otherwise compared as it is,
///   without regard to ASCII case.
///
/// Stricter than libpq in one point: no wildcard matches an IP address.
final class HostNames {
  /// Types of GeneralName, RFC 5280, 4.2.1.6.
  private static final int DNS_NAME = 2;

  private static final int IP_ADDRESS = 7;

  private static final String WILDCARD = "*.";

  private HostNames() {}

  /// Why the certificate is not for this host; empty when it is.
  static Optional<String> mismatch(X509Certificate certificate, @Nullable String host) {
    if (host == null || host.isEmpty()) {
      return Optional.of("no host name to compare the server's certificate with");
    }
    byte @Nullable [] address = address(host);
    Collection<List<?>> names;
    try {
      names = certificate.getSubjectAlternativeNames();
    } catch (CertificateParsingException malformed) {
      return Optional.of("the server's certificate has a malformed subjectAltName");
    }
    if (names == null) {
      names = List.of();
    }
    int sameKind = address == null ? DNS_NAME : IP_ADDRESS;
    boolean commonNameCounts = true;
    for (List<?> name : names) {
      if (matches(name, host, address)) {
        return Optional.empty();
      }
      commonNameCounts &= !name.getFirst().equals(sameKind);
    }
    if (commonNameCounts && commonNameMatches(certificate, host)) {
      return Optional.empty();
    }
    return Optional.of(text(certificate, names, host));
  }

  private static boolean matches(List<?> name, String host, byte @Nullable [] address) {
    String value = String.valueOf(name.get(1));
    if (name.getFirst().equals(DNS_NAME)) {
      return nameMatches(value, host);
    }
    return name.getFirst().equals(IP_ADDRESS)
        && address != null
        && Arrays.equals(address, address(value));
  }

  private static boolean commonNameMatches(X509Certificate certificate, String host) {
    String commonName = PeerIdentity.of(certificate).commonName();
    return commonName != null && nameMatches(commonName, host);
  }

  static boolean nameMatches(String name, String host) {
    return AsciiString.contentEqualsIgnoreCase(name, host) || wildcardMatches(name, host);
  }

  private static boolean wildcardMatches(String name, String host) {
    int firstDot = host.indexOf('.');
    return name.startsWith(WILDCARD)
        && name.length() > WILDCARD.length()
        && firstDot > 0
        && address(host) == null
        && AsciiString.contentEqualsIgnoreCase(name.substring(1), host.substring(firstDot));
  }

  private static byte @Nullable [] address(String host) {
    return NetUtil.createByteArrayFromIpAddressString(host);
  }

  /// Says one of the certificate's names: the usual cause is a wrong host in the settings.
  private static String text(X509Certificate certificate, Collection<List<?>> names, String host) {
    Optional<String> first =
        names.stream()
            .filter(name -> List.of(DNS_NAME, IP_ADDRESS).contains(name.getFirst()))
            .map(name -> String.valueOf(name.get(1)))
            .findFirst();
    String shown = first.orElse(String.valueOf(PeerIdentity.of(certificate).commonName()));
    String others = names.size() > 1 ? " (and " + (names.size() - 1) + " other names)" : "";
    return "server certificate for \"%s\"%s does not match host name \"%s\""
        .formatted(shown, others, host);
  }
}
