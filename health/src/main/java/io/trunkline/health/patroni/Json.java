package io.trunkline.health.patroni;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads JSON (RFC 8259) into maps, lists, texts, numbers (as `Long` or `Double`), booleans and
/// null. What Patroni writes is small and foreign: depth is bounded here, length by whoever fetched
/// it.
final class Json {
  private static final int DEPTH_MAX = 32;

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  static @Nullable Object parse(String text) throws JsonMistake {
    Json json = new Json(text);
    Object value = json.value(0);
    json.skipSpace();
    if (json.at < text.length()) {
      throw json.mistake("more text behind the value");
    }
    return value;
  }

  /// The text as an object.
  static JsonObject object(String text) throws JsonMistake {
    return JsonObject.of(parse(text));
  }

  private @Nullable Object value(int depth) throws JsonMistake {
    if (depth > DEPTH_MAX) {
      throw mistake("deeper than " + DEPTH_MAX + " levels");
    }
    skipSpace();
    return switch (peek()) {
      case '{' -> members(depth);
      case '[' -> elements(depth);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, @Nullable Object> members(int depth) throws JsonMistake {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    at++;
    skipSpace();
    if (took('}')) {
      return members;
    }
    do {
      skipSpace();
      String name = string();
      skipSpace();
      expect(':');
      members.put(name, value(depth + 1));
      skipSpace();
    } while (took(','));
    expect('}');
    return members;
  }

  private List<@Nullable Object> elements(int depth) throws JsonMistake {
    List<@Nullable Object> elements = new ArrayList<>();
    at++;
    skipSpace();
    if (took(']')) {
      return elements;
    }
    do {
      elements.add(value(depth + 1));
      skipSpace();
    } while (took(','));
    expect(']');
    return elements;
  }

  private String string() throws JsonMistake {
    expect('"');
    StringBuilder out = new StringBuilder();
    while (true) {
      char c = next();
      if (c == '"') {
        return out.toString();
      } else if (c == '\\') {
        out.append(escaped());
      } else if (c < ' ') {
        throw mistake("a control character in a text");
      } else {
        out.append(c);
      }
    }
  }

  private char escaped() throws JsonMistake {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int code = 0;
        for (int i = 0; i < 4; i++) {
          int digit = Character.digit(next(), 16);
          if (digit < 0) {
            throw mistake("no hexadecimal digit");
          }
          code = code * 16 + digit;
        }
        yield (char) code;
      }
      default -> throw mistake("an unknown escape");
    };
  }

  private Object number() throws JsonMistake {
    int start = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String digits = text.substring(start, at);
    if (!digits.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
      at = start;
      throw mistake("no value");
    }
    try {
      return Long.valueOf(digits);
    } catch (NumberFormatException expected) { // a fraction, or larger than a long
      return Double.valueOf(digits);
    }
  }

  private @Nullable Object word(String word, @Nullable Object value) throws JsonMistake {
    if (!text.startsWith(word, at)) {
      throw mistake("no value");
    }
    at += word.length();
    return value;
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() throws JsonMistake {
    if (at >= text.length()) {
      throw mistake("the end of the text");
    }
    return text.charAt(at);
  }

  private char next() throws JsonMistake {
    char c = peek();
    at++;
    return c;
  }

  private boolean took(char wanted) {
    if (at < text.length() && text.charAt(at) == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char wanted) throws JsonMistake {
    if (!took(wanted)) {
      throw mistake(at < text.length() ? "no " + wanted : "the end of the text");
    }
  }

  private JsonMistake mistake(String found) {
    return new JsonMistake(found, at);
  }
}
