package io.trunkline.protocol;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What the `replication` parameter of a StartupMessage asks for. Its words are read as PostgreSQL
/// reads them (`ProcessStartupPacket` in `backend_startup.c`, `parse_bool`).
///
/// PostgreSQL docs, "Streaming Replication Protocol".
public enum ReplicationMode {
  /// An ordinary connection.
  NONE,
  /// A walsender for the whole server, which takes replication commands only and belongs to no
  /// database, whatever the StartupMessage names.
  PHYSICAL,
  /// A walsender in a database, which takes SQL as well.
  LOGICAL;

  /// The parameter's name.
  public static final String PARAMETER = "replication";

  private static final List<String> ON = List.of("true", "yes", "on", "1");
  private static final List<String> OFF = List.of("false", "no", "off", "0");

  /// The mode this value asks for; empty when it asks for nothing PostgreSQL knows.
  public static Optional<ReplicationMode> parse(String value) {
    if (value.equals("database")) {
      return Optional.of(LOGICAL);
    }
    String word = value.toLowerCase(Locale.ROOT);
    boolean on = abbreviates(word, ON);
    return on == abbreviates(word, OFF) ? Optional.empty() : Optional.of(on ? PHYSICAL : NONE);
  }

  /// A beginning is enough, as long as it begins no word of the other list.
  private static boolean abbreviates(String word, List<String> words) {
    return !word.isEmpty() && words.stream().anyMatch(whole -> whole.startsWith(word));
  }
}
