package io.trunkline.conf.hba;

import io.trunkline.conf.hba.LdapOptions.Encryption;
import io.trunkline.conf.hba.LdapOptions.How;
import io.trunkline.conf.hba.LdapOptions.Scope;
import io.trunkline.settings.HostPort;
import io.trunkline.settings.Secret;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the options of the method `ldap`. PostgreSQL docs, "LDAP Authentication"; RFC 4516 for
/// `ldapurl`, which stands for some of the others.
final class LdapReader {
  static final Set<String> NAMES =
      Set.of(
          "ldapserver",
          "ldapport",
          "ldapscheme",
          "ldaptls",
          "ldapprefix",
          "ldapsuffix",
          "ldapbasedn",
          "ldapbinddn",
          "ldapbindpasswd",
          "ldapsearchattribute",
          "ldapsearchfilter",
          "ldapurl");

  private static final Set<String> OF_SEARCH =
      Set.of(
          "ldapbasedn",
          "ldapbinddn",
          "ldapbindpasswd",
          "ldapsearchattribute",
          "ldapsearchfilter",
          "ldapurl");
  private static final int LDAP_PORT = 389;
  private static final int LDAPS_PORT = 636;

  private final Map<String, String> given;
  private Scope scope = Scope.SUB;

  LdapReader(Map<String, String> given) {
    this.given = new LinkedHashMap<>(given);
  }

  LdapOptions read() throws Wrong {
    How how = isSimple() ? simple() : null;
    String url = given.get("ldapurl");
    if (url != null) {
      url(url);
    }
    return new LdapOptions(servers(), encryption(), how == null ? search() : how);
  }

  private boolean isSimple() {
    return given.containsKey("ldapprefix") || given.containsKey("ldapsuffix");
  }

  private How simple() throws Wrong {
    for (String name : given.keySet()) {
      if (OF_SEARCH.contains(name)) {
        throw new Wrong(
            name + " beside ldapprefix or ldapsuffix", "either a search, or what is around a name");
      }
    }
    return new How.Simple(
        given.getOrDefault("ldapprefix", ""), given.getOrDefault("ldapsuffix", ""));
  }

  private How search() throws Wrong {
    String base = given.get("ldapbasedn");
    if (base == null) {
      throw new Wrong(
          "ldap without a way from a user to a name in the directory",
          "ldapbasedn, ldapprefix or ldapsuffix");
    } else if (given.containsKey("ldapsearchattribute") && given.containsKey("ldapsearchfilter")) {
      throw new Wrong("ldapsearchattribute and ldapsearchfilter", "one of them");
    }
    String password = given.get("ldapbindpasswd");
    String attribute = given.getOrDefault("ldapsearchattribute", "uid");
    return new How.Search(
        base,
        given.get("ldapbinddn"),
        password == null ? null : Secret.of(password),
        scope,
        given.getOrDefault("ldapsearchfilter", "(" + attribute + "=$username)"));
  }

  private Encryption encryption() throws Wrong {
    String scheme = given.getOrDefault("ldapscheme", "ldap");
    String word = given.getOrDefault("ldaptls", "0");
    boolean tls =
        switch (word) {
          case "1" -> true;
          case "0" -> false;
          default -> throw new Wrong("ldaptls=" + Mistakes.quoted(word), "0 | 1");
        };
    return switch (scheme) {
      case "ldap" -> tls ? Encryption.STARTTLS : Encryption.NONE;
      case "ldaps" -> {
        if (tls) {
          throw new Wrong("ldaptls with ldapscheme=ldaps", "one of them");
        }
        yield Encryption.LDAPS;
      }
      default -> throw new Wrong("ldapscheme=" + Mistakes.quoted(scheme), "ldap | ldaps");
    };
  }

  private List<HostPort> servers() throws Wrong {
    int port = port();
    List<HostPort> servers = new ArrayList<>();
    for (String server : given.getOrDefault("ldapserver", "").split("[ \t]+")) {
      if (!server.isEmpty()) {
        servers.add(server(server, port));
      }
    }
    if (servers.isEmpty()) {
      throw new Wrong("ldap without ldapserver", "ldapserver=HOST, or ldapurl with one");
    }
    return servers;
  }

  private int port() throws Wrong {
    String text = given.get("ldapport");
    if (text == null) {
      return encryption() == Encryption.LDAPS ? LDAPS_PORT : LDAP_PORT;
    } else if (!text.matches("[0-9]{1,5}")) {
      throw new Wrong("ldapport=" + Mistakes.quoted(text), "1 to 65535");
    }
    return Integer.parseInt(text);
  }

  private static HostPort server(String text, int port) throws Wrong {
    try {
      return HostPort.parse(text, port);
    } catch (IllegalArgumentException expected) {
      throw new Wrong("LDAP server " + Mistakes.quoted(text), "HOST or HOST:PORT, ports to 65535");
    }
  }

  /// `ldap[s]://HOST[:PORT][/BASE[?ATTRIBUTE[?SCOPE[?FILTER]]]]`.
  private void url(String url) throws Wrong {
    int colon = url.indexOf("://");
    String scheme = colon < 0 ? "" : url.substring(0, colon);
    if (!scheme.equals("ldap") && !scheme.equals("ldaps")) {
      throw new Wrong("ldapurl without ldap:// or ldaps://", "ldap[s]://HOST/BASE?ATTRIBUTE?SCOPE");
    }
    String rest = url.substring(colon + 3);
    int slash = rest.indexOf('/');
    String host = slash < 0 ? rest : rest.substring(0, slash);
    String[] parts = (slash < 0 ? "" : rest.substring(slash + 1)).split("\\?", 5);
    given.put("ldapscheme", scheme);
    put("ldapserver", host);
    put("ldapbasedn", parts[0]);
    put("ldapsearchattribute", part(parts, 1));
    scope = scope(part(parts, 2));
    put("ldapsearchfilter", part(parts, 3));
  }

  private static @Nullable String part(String[] parts, int index) {
    return index < parts.length ? parts[index] : null;
  }

  private void put(String name, @Nullable String text) throws Wrong {
    if (text != null && !text.isEmpty()) {
      given.put(name, decode(text));
    }
  }

  private static String decode(String text) throws Wrong {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException expected) {
      throw new Wrong("ldapurl with a bad escape", "two hexadecimal digits behind a percent sign");
    }
  }

  private static Scope scope(@Nullable String word) throws Wrong {
    return switch (word) {
      case null -> Scope.BASE; // RFC 4516
      case "", "base" -> Scope.BASE;
      case "one" -> Scope.ONE;
      case "sub" -> Scope.SUB;
      default -> throw new Wrong("scope " + Mistakes.quoted(word), "base | one | sub");
    };
  }
}
