package io.trunkline.proxy.console;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What drivers and tools say to every PostgreSQL server, and the console must not stumble over:
/// parameters they ask for or set when they have logged in, and what they ask to see whether
/// anybody is there.
final class DriverTalk {
  private static final String UTF8 = "UTF8";

  /// A value under the name of its column.
  record Constant(String column, String value) {}

  private static final Map<String, String> WELCOME =
      orderedMap(
          "client_encoding", UTF8,
          "server_encoding", UTF8,
          "DateStyle", "ISO",
          "TimeZone", "GMT",
          "standard_conforming_strings", "on",
          "is_superuser", "on",
          "default_transaction_read_only", "off",
          "in_hot_standby", "off");

  private static final Map<String, Constant> CONSTANTS =
      Map.ofEntries(
          constant("client_encoding", UTF8),
          constant("server_encoding", UTF8),
          constant("datestyle", "ISO"),
          constant("timezone", "GMT"),
          Map.entry("time zone", new Constant("TimeZone", "GMT")),
          constant("standard_conforming_strings", "on"),
          constant("default_transaction_isolation", "read committed"),
          constant("transaction_isolation", "read committed"),
          Map.entry(
              "transaction isolation level",
              new Constant("transaction_isolation", "read committed")),
          constant("transaction_read_only", "off"),
          constant("default_transaction_read_only", "off"),
          constant("is_superuser", "on"),
          constant("in_hot_standby", "off"),
          constant("search_path", ""),
          constant("pg_is_in_recovery", "f"),
          constant("current_schema", "public"),
          Map.entry("1", new Constant("?column?", "1")));

  /// Besides those above.
  private static final Set<String> SETTABLE =
      Set.of(
          "application_name",
          "bytea_output",
          "client_min_messages",
          "extra_float_digits",
          "geqo",
          "idle_in_transaction_session_timeout",
          "intervalstyle",
          "jit",
          "lock_timeout",
          "names",
          "row_security",
          "statement_timeout",
          "transaction");

  private DriverTalk() {}

  private static Map.Entry<String, Constant> constant(String name, String value) {
    return Map.entry(name, new Constant(name, value));
  }

  private static Map<String, String> orderedMap(String... pairs) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }

  /// The parameters reported at the end of a login, but for the version.
  static Map<String, String> welcome() {
    return WELCOME;
  }

  /// What a driver that asks for this is told; null when no driver asks for it.
  static @Nullable Constant constant(String name) {
    return CONSTANTS.get(name);
  }

  /// Whether drivers set this, and nothing depends on it here.
  static boolean maySet(String name) {
    return SETTABLE.contains(name) || CONSTANTS.containsKey(name);
  }
}
