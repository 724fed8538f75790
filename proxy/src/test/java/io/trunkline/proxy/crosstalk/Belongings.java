package io.trunkline.proxy.crosstalk;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// What a guest knows to be its own: settings as they should be and statements it has parsed.
final class Belongings {
  static final String TENANT = "app.tenant";
  static final String NAME = "application_name";
  static final String PATH = "search_path";
  static final String ZONE = "TimeZone";
  static final String TIMEOUT = "statement_timeout";
  static final String ROLE = "role";

  static final List<String> SETTINGS = List.of(TENANT, NAME, PATH, ZONE, TIMEOUT);

  private static final List<String> ZONES =
      List.of("Asia/Tokyo", "America/New_York", "Europe/Berlin", "Australia/Sydney", "Etc/GMT+7");

  /// What RESET goes back to.
  private final Map<String, String> atStartup = new LinkedHashMap<>();

  private final Map<String, String> now = new LinkedHashMap<>();
  private final Map<String, Prepared> statements = new HashMap<>();

  /// A protocol-level statement: its text and the schema its tables were found in.
  record Prepared(String text, String schema) {}

  Belongings(Map<String, String> defaults, Map<String, String> wished) {
    atStartup.putAll(defaults);
    atStartup.putAll(wished);
    now.putAll(atStartup);
    now.put(ROLE, "none");
  }

  String get(String setting) {
    return now.get(setting);
  }

  String role(String loginUser) {
    return now.get(ROLE).equals("none") ? loginUser : now.get(ROLE);
  }

  /// Where unqualified tables are found: the default search_path begins with `"$user"`, which
  /// follows SET ROLE.
  String schema() {
    String path = now.get(PATH);
    if (path.startsWith("tenant_")) {
      return path;
    }
    return now.get(ROLE).startsWith("tenant_") ? now.get(ROLE) : "public";
  }

  void set(String setting, String value) {
    now.put(setting, value);
  }

  void reset(String setting) {
    now.put(setting, setting.equals(ROLE) ? "none" : atStartup.get(setting));
  }

  /// RESET ALL leaves the role alone.
  void resetAll() {
    SETTINGS.forEach(this::reset);
  }

  void discardAll() {
    resetAll();
    reset(ROLE);
    statements.clear();
  }

  Map<String, Prepared> statements() {
    return statements;
  }

  List<String> expected() {
    List<String> values = new ArrayList<>();
    SETTINGS.forEach(setting -> values.add(now.get(setting)));
    return values;
  }

  /// A value that differs from guest to guest as far as the setting has enough of them.
  static String any(String setting, String tag, Random random) {
    return switch (setting) {
      case PATH -> "tenant_" + random.nextInt(House.TENANTS);
      case ZONE -> ZONES.get(random.nextInt(ZONES.size()));
      case TIMEOUT -> (100_001 + 2 * random.nextInt(400)) + "ms";
      default -> tag;
    };
  }
}
