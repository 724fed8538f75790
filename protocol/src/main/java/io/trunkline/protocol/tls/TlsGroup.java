package io.trunkline.protocol.tls;

import io.netty.handler.ssl.SslProvider;
import io.trunkline.settings.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A group for the key exchange of TLS, with its names: OpenSSL's, under which `openssl ecparam`
/// lists the older curves, those of the IANA's registry "TLS Supported Groups", and NIST's.
enum TlsGroup {
  X25519("X25519", "x25519", "x25519"),
  P_256("P-256", "secp256r1", "prime256v1"),
  P_384("P-384", "secp384r1", "secp384r1"),
  P_521("P-521", "secp521r1", "secp521r1"),
  /// A hybrid with an algorithm for which no quantum computer is a threat: BoringSSL has it, the
  /// JDK before version 27 has not.
  X25519MLKEM768("X25519MLKEM768", null, "x25519mlkem768");

  private final String ofBoringSsl;
  private final @Nullable String ofJdk;
  private final String ofOpenSsl;

  TlsGroup(String ofBoringSsl, @Nullable String ofJdk, String ofOpenSsl) {
    this.ofBoringSsl = ofBoringSsl;
    this.ofJdk = ofJdk;
    this.ofOpenSsl = ofOpenSsl;
  }

  private boolean isCalled(String name) {
    return name.equalsIgnoreCase(ofBoringSsl)
        || name.equalsIgnoreCase(ofJdk)
        || name.equalsIgnoreCase(ofOpenSsl);
  }

  private boolean isKnownTo(SslProvider provider) {
    return provider != SslProvider.JDK || ofJdk != null;
  }

  private static Stream<TlsGroup> named(List<String> names) {
    return names.stream()
        .flatMap(name -> Arrays.stream(values()).filter(group -> group.isCalled(name)).limit(1));
  }

  static void check(List<String> names, SslProvider provider, List<Problem> problems) {
    for (String name : names) {
      if (named(List.of(name)).noneMatch(group -> group.isKnownTo(provider))) {
        List<String> known =
            Arrays.stream(values())
                .filter(group -> group.isKnownTo(provider))
                .map(group -> group.ofBoringSsl)
                .toList();
        problems.add(new Problem("groups", name, "some of " + String.join(", ", known)));
      }
    }
  }

  static String[] ofBoringSsl(List<String> names) {
    return named(names).map(group -> group.ofBoringSsl).toArray(String[]::new);
  }

  /// Those of them that the JDK has.
  static String[] ofJdk(List<String> names) {
    String[] known =
        named(names).map(group -> group.ofJdk).filter(Objects::nonNull).toArray(String[]::new);
    if (known.length == 0 && !names.isEmpty()) {
      throw new IllegalArgumentException("groups: the JDK's engine has none of " + names);
    }
    return known;
  }
}
