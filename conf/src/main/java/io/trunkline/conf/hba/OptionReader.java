package io.trunkline.conf.hba;

import io.trunkline.conf.hba.HbaOptions.ClientCertificate;
import io.trunkline.conf.hba.HbaOptions.ClientName;
import io.trunkline.conf.hba.HbaRule.ConnectionType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads the options behind a method; each belongs to some methods only (`parse_hba_auth_opt` in
/// PostgreSQL's hba.c).
final class OptionReader {
  private static final String SECRET = "ldapbindpasswd";
  private static final Set<HbaMethod> MAPPED =
      Set.of(HbaMethod.PEER, HbaMethod.CERT, HbaMethod.OAUTH);
  private static final Set<String> OF_PAM = Set.of("pamservice", "pam_use_hostname");
  private static final Set<String> OF_OAUTH =
      Set.of("issuer", "scope", "validator", "delegate_ident_mapping");

  /// Nobody listens in on the way to this host itself.
  private static final Pattern HERE = Pattern.compile("http://(localhost|127\\.0\\.0\\.1)[:/]");

  private final ConnectionType type;
  private final HbaMethod method;
  private final Map<String, String> given;

  OptionReader(ConnectionType type, HbaMethod method, Map<String, String> given) {
    this.type = type;
    this.method = method;
    this.given = given;
  }

  /// The options as people may see them.
  static Map<String, String> shown(Map<String, String> given) {
    Map<String, String> shown = new LinkedHashMap<>(given);
    shown.replace(SECRET, "***");
    return shown;
  }

  HbaOptions read() throws Wrong {
    for (String name : given.keySet()) {
      check(name);
    }
    String map = given.get("map");
    return new HbaOptions(
        map,
        certificate(),
        clientName(),
        method == HbaMethod.LDAP ? new LdapReader(given).read() : null,
        method == HbaMethod.PAM ? pam() : null,
        method == HbaMethod.OAUTH ? oauth() : null);
  }

  private void check(String name) throws Wrong {
    boolean fits =
        switch (name) {
          case "map" -> MAPPED.contains(method);
          case "clientcert", "clientname" -> type == ConnectionType.HOSTSSL;
          case String _ when OF_OAUTH.contains(name) -> method == HbaMethod.OAUTH;
          case String _ when OF_PAM.contains(name) -> method == HbaMethod.PAM;
          case String _ when LdapReader.NAMES.contains(name) -> method == HbaMethod.LDAP;
          default ->
              throw new Wrong("option " + Mistakes.quoted(name), "options of " + method.word());
        };
    if (!fits) {
      throw new Wrong(
          "option %s on a line of type %s with method %s"
              .formatted(name, type.name().toLowerCase(Locale.ROOT), method.word()),
          whereFits(name));
    }
  }

  private static String whereFits(String name) {
    return switch (name) {
      case "map" -> "it with peer, cert and oauth";
      case "clientcert", "clientname" -> "it on lines that begin with hostssl";
      case String _ when OF_PAM.contains(name) -> "it with pam";
      default -> "it with " + (OF_OAUTH.contains(name) ? "oauth" : "ldap");
    };
  }

  private ClientCertificate certificate() throws Wrong {
    String word = given.get("clientcert");
    if (word == null) {
      return method == HbaMethod.CERT ? ClientCertificate.VERIFY_FULL : ClientCertificate.NOT_ASKED;
    } else if (word.equals("verify-full")) {
      return ClientCertificate.VERIFY_FULL;
    } else if (word.equals("verify-ca") && method != HbaMethod.CERT) {
      return ClientCertificate.VERIFY_CA;
    }
    throw new Wrong(
        "clientcert=" + Mistakes.quoted(word),
        method == HbaMethod.CERT ? "verify-full" : "verify-ca | verify-full");
  }

  private ClientName clientName() throws Wrong {
    String word = given.getOrDefault("clientname", "CN");
    return switch (word) {
      case "CN" -> ClientName.CN;
      case "DN" -> ClientName.DN;
      default -> throw new Wrong("clientname=" + Mistakes.quoted(word), "CN | DN");
    };
  }

  /// The service's name becomes that of a file.
  private PamOptions pam() throws Wrong {
    String service = given.getOrDefault("pamservice", "postgresql");
    if (!service.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}")) {
      throw new Wrong("pamservice=" + Mistakes.quoted(service), "the name of a file in /etc/pam.d");
    }
    return new PamOptions(
        service, isOn("pam_use_hostname") ? PamOptions.Host.NAME : PamOptions.Host.ADDRESS);
  }

  private OauthOptions oauth() throws Wrong {
    String issuer = given.get("issuer");
    String scope = given.get("scope");
    if (issuer == null || scope == null) {
      throw new Wrong("oauth without issuer and scope", "issuer=URL scope=\"NAME ...\"");
    } else if (!issuer.startsWith("https://") && !HERE.matcher(issuer).lookingAt()) {
      throw new Wrong("issuer=" + Mistakes.quoted(issuer), "an address with https://");
    } else if (given.containsKey("validator")) {
      throw new Wrong(
          "validator, a library of PostgreSQL's", "none: tokens are checked by the issuer's keys");
    }
    if (isOn("delegate_ident_mapping")) {
      throw new Wrong(
          "delegate_ident_mapping, which leaves all to a validator", "map=, or equal names");
    }
    List<String> scopes = Arrays.stream(scope.split(" ")).filter(s -> !s.isEmpty()).toList();
    return new OauthOptions(issuer, scopes);
  }

  private boolean isOn(String name) throws Wrong {
    String word = given.getOrDefault(name, "0");
    return switch (word) {
      case "1" -> true;
      case "0" -> false;
      default -> throw new Wrong(name + "=" + Mistakes.quoted(word), "0 | 1");
    };
  }
}
