package io.trunkline.conf.hba;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// How a line wants its clients to prove who they are, named as in `pg_hba.conf`.
public enum HbaMethod {
  TRUST,
  REJECT,
  SCRAM_SHA_256,
  MD5,
  PASSWORD,
  CERT,
  PEER,
  LDAP,
  PAM,
  OAUTH;

  /// Methods of PostgreSQL that are not spoken here.
  static final List<String> FOREIGN =
      List.of("gss", "sspi", "ident", "bsd", "radius", "krb5", "crypt");

  static Optional<HbaMethod> of(String word) {
    return Arrays.stream(values()).filter(method -> method.word().equals(word)).findFirst();
  }

  /// As the file writes it.
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static String words() {
    return Arrays.stream(values()).map(HbaMethod::word).collect(Collectors.joining(" | "));
  }
}
