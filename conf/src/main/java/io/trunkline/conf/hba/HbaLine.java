package io.trunkline.conf.hba;

import io.trunkline.conf.hba.HbaRule.ConnectionType;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.PatternSyntaxException;

/// Makes a rule of one line, field by field (`parse_hba_line` in PostgreSQL's hba.c).
final class HbaLine {
  private static final String TYPES =
      "local | host | hostssl | hostnossl | hostgssenc | hostnogssenc";
  private static final String ADDRESSES =
      "all | samehost | samenet | ADDRESS/BITS | ADDRESS and MASK | a host's name | .DOMAIN";

  private final Line line;
  private int at;

  private String address = "";
  private String netmask = "";

  private HbaLine(Line line) {
    this.line = line;
  }

  static HbaRule parse(Line line) throws Wrong {
    return new HbaLine(line).rule();
  }

  private HbaRule rule() throws Wrong {
    ConnectionType type = type(only("a connection type", TYPES).text());
    List<Token> databases = field("databases", "names, or all");
    List<Token> users = field("users", "names, or all");
    AddressMatch from = type == ConnectionType.LOCAL ? new AddressMatch.All() : address();
    HbaRule.Whom whom = new HbaRule.Whom(databases(databases), users(users), from);
    HbaMethod method = method(type, only("a method", HbaMethod.words()).text());
    Map<String, String> given = options();
    HbaOptions options = new OptionReader(type, method, given).read();
    HbaRule.Shown shown =
        new HbaRule.Shown(
            line.file(),
            line.number(),
            type.name().toLowerCase(Locale.ROOT),
            texts(databases),
            texts(users),
            address,
            netmask,
            method.word(),
            OptionReader.shown(given));
    String place = line.number() == 0 ? line.file() : line.place();
    return new HbaRule(place, shown, type, whom, method, options);
  }

  private static List<String> texts(List<Token> tokens) {
    return tokens.stream().map(Token::text).toList();
  }

  private List<Token> field(String what, String allowed) throws Wrong {
    if (at == line.fields().size()) {
      throw new Wrong("a line that ends before " + what, allowed);
    }
    return line.fields().get(at++);
  }

  private Token only(String what, String allowed) throws Wrong {
    List<Token> tokens = field(what, allowed);
    if (tokens.size() > 1) {
      throw new Wrong("several values for " + what, "one: " + allowed);
    }
    return tokens.getFirst();
  }

  private static ConnectionType type(String word) throws Wrong {
    for (ConnectionType type : ConnectionType.values()) {
      if (type.name().toLowerCase(Locale.ROOT).equals(word)) {
        return type;
      }
    }
    throw new Wrong("connection type " + Mistakes.quoted(word), TYPES);
  }

  private static List<DatabaseMatch> databases(List<Token> tokens) throws Wrong {
    List<DatabaseMatch> matches = new ArrayList<>();
    for (Token token : tokens) {
      try {
        matches.add(DatabaseMatch.of(token));
      } catch (PatternSyntaxException bad) {
        throw badRegex(token, bad);
      }
    }
    return matches;
  }

  private static List<RoleMatch> users(List<Token> tokens) throws Wrong {
    List<RoleMatch> matches = new ArrayList<>();
    for (Token token : tokens) {
      try {
        matches.add(RoleMatch.of(token));
      } catch (PatternSyntaxException bad) {
        throw badRegex(token, bad);
      }
    }
    return matches;
  }

  static Wrong badRegex(Token token, PatternSyntaxException bad) {
    return new Wrong(
        "%s, which is no regular expression: %s"
            .formatted(Mistakes.quoted(token.text()), bad.getDescription()),
        "one as java.util.regex takes it");
  }

  private AddressMatch address() throws Wrong {
    Token token = only("an address", ADDRESSES);
    address = token.text();
    if (token.isKeyword("all")) {
      return new AddressMatch.All();
    } else if (token.isKeyword("samehost")) {
      return new AddressMatch.Own(AddressMatch.Reach.HOST);
    } else if (token.isKeyword("samenet")) {
      return new AddressMatch.Own(AddressMatch.Reach.NETWORK);
    }
    int slash = address.indexOf('/');
    InetAddress literal = Literals.parse(slash < 0 ? address : address.substring(0, slash));
    if (literal == null) {
      return name(slash >= 0);
    }
    InetAddress mask =
        slash < 0 ? mask(literal) : Bits.mask(literal, bits(literal, address.substring(slash + 1)));
    address = Literals.text(literal);
    netmask = Literals.text(mask);
    return new AddressMatch.Network(literal, mask);
  }

  private InetAddress mask(InetAddress literal) throws Wrong {
    String text = only("a mask", "a mask, or ADDRESS/BITS instead").text();
    InetAddress mask = Literals.parse(text);
    if (mask == null || mask.getAddress().length != literal.getAddress().length) {
      throw new Wrong("mask " + Mistakes.quoted(text), "one that fits the address");
    }
    return mask;
  }

  private AddressMatch name(boolean hasBits) throws Wrong {
    if (hasBits || !address.matches("[A-Za-z0-9_.-]{1,255}")) {
      throw new Wrong("address " + Mistakes.quoted(address), ADDRESSES);
    }
    return new AddressMatch.Name(address);
  }

  private int bits(InetAddress literal, String text) throws Wrong {
    int max = literal.getAddress().length * 8;
    if (!text.matches("[0-9]{1,3}") || Integer.parseInt(text) > max) {
      throw new Wrong("address " + Mistakes.quoted(address), "0 to %d bits".formatted(max));
    }
    return Integer.parseInt(text);
  }

  private static HbaMethod method(ConnectionType type, String word) throws Wrong {
    boolean local = type == ConnectionType.LOCAL;
    if (local && word.equals("ident")) {
      return HbaMethod.PEER; // as PostgreSQL reads it
    } else if (HbaMethod.FOREIGN.contains(word)) {
      throw new Wrong("method %s, which is not spoken here".formatted(word), HbaMethod.words());
    }
    HbaMethod method =
        HbaMethod.of(word)
            .orElseThrow(() -> new Wrong("method " + Mistakes.quoted(word), HbaMethod.words()));
    if (method == HbaMethod.PEER && !local) {
      throw new Wrong("method peer on a line for TCP", "peer on a line that begins with local");
    } else if (method == HbaMethod.CERT && type != ConnectionType.HOSTSSL) {
      throw new Wrong("method cert without TLS", "cert on a line that begins with hostssl");
    }
    return method;
  }

  private Map<String, String> options() throws Wrong {
    Map<String, String> options = new LinkedHashMap<>();
    while (at < line.fields().size()) {
      for (Token token : line.fields().get(at++)) {
        int equals = token.text().indexOf('=');
        if (equals <= 0) {
          throw new Wrong("an option without = and a value", "name=value");
        }
        options.put(token.text().substring(0, equals), token.text().substring(equals + 1));
      }
    }
    return options;
  }
}
