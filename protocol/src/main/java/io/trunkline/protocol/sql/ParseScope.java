package io.trunkline.protocol.sql;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What the meaning of a statement's text depends on besides the text: the settings in force when
/// it is parsed. Names of tables are looked up along `search_path`, constants are read by
/// `DateStyle` and `TimeZone`, even where a string ends is a setting. Two sessions mean the same
/// that differ in nothing else than custom settings, which functions and policies read when a
/// statement runs, and a few others known to come into play then or when its result is sent.
public final class ParseScope {
  private static final Set<String> OF_NO_MEANING =
      Set.of(
          "application_name",
          "bytea_output",
          "client_min_messages",
          "extra_float_digits",
          "idle_in_transaction_session_timeout",
          "idle_session_timeout",
          "lock_timeout",
          "statement_timeout",
          "synchronous_commit",
          "tcp_keepalives_count",
          "tcp_keepalives_idle",
          "tcp_keepalives_interval",
          "tcp_user_timeout",
          "transaction_timeout",
          "work_mem");

  private ParseScope() {}

  /// Those of the settings that matter; equal for sessions that mean the same.
  public static SessionSettings of(SessionSettings settings) {
    if (settings.isEmpty()) {
      return settings;
    }
    Map<String, String> matter = new TreeMap<>(settings.asMap());
    matter.keySet().removeIf(name -> SettingName.isCustom(name) || OF_NO_MEANING.contains(name));
    return SessionSettings.of(matter);
  }
}
