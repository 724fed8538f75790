package io.trunkline.protocol.sql;

import java.util.Map;

/// The name of a setting in the one form this proxy writes it: lower case, but for the three that
/// PostgreSQL itself reports with capitals. Names of settings ignore case in ASCII alone (`guc.c`).
public final class SettingName {
  public static final String CLIENT_ENCODING = "client_encoding";
  public static final String ROLE = "role";
  public static final String SEARCH_PATH = "search_path";
  public static final String SESSION_AUTHORIZATION = "session_authorization";
  public static final String TIME_ZONE = "TimeZone";

  private static final Map<String, String> SPECIAL =
      Map.of(
          "datestyle", "DateStyle",
          "intervalstyle", "IntervalStyle",
          "timezone", TIME_ZONE,
          // Old names that PostgreSQL still takes.
          "sort_mem", "work_mem",
          "vacuum_mem", "maintenance_work_mem");

  private SettingName() {}

  public static String canonical(String name) {
    String lower = lower(name);
    return SPECIAL.getOrDefault(lower, lower);
  }

  /// ASCII letters to lower case, other characters as they are.
  static String lower(String text) {
    int i = 0;
    while (i < text.length() && !isUpper(text.charAt(i))) {
      i++;
    }
    if (i == text.length()) {
      return text;
    }
    StringBuilder lower = new StringBuilder(text);
    for (; i < lower.length(); i++) {
      if (isUpper(lower.charAt(i))) {
        lower.setCharAt(i, (char) (lower.charAt(i) | 0x20));
      }
    }
    return lower.toString();
  }

  private static boolean isUpper(char c) {
    return c >= 'A' && c <= 'Z';
  }

  /// Whether `name` (canonical) is a custom setting, which PostgreSQL makes up as it is first set
  /// and does not list in `pg_settings` unless an extension has defined it.
  public static boolean isCustom(String name) {
    return name.indexOf('.') >= 0;
  }
}
