package io.trunkline.protocol.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the text of a [StateCheck]. Every name and operator is PostgreSQL's own whatever the
/// session's `search_path` is, and no literal depends on its other settings. PostgreSQL docs,
/// "System Views", "System Administration Functions".
final class TruthQuery {
  /// The kind of a row that tells a setting; the other kinds are one letter per [PinReason].
  static final char SETTING = 's';

  /// More of a value is not asked for: one character more than is carried.
  private static final int VALUE_CHARACTERS = TruthRows.VALUE_BYTES_MAX + 1;

  private static final Map<PinReason, Character> KINDS =
      Map.of(
          PinReason.PREPARE, 'p',
          PinReason.LISTEN, 'l',
          PinReason.ADVISORY_LOCK, 'a',
          PinReason.TEMP_OBJECT, 't',
          PinReason.HOLD_CURSOR, 'h');

  private static final Map<PinReason, String> EXISTS =
      Map.of(
          PinReason.PREPARE,
          "FROM pg_catalog.pg_prepared_statements x WHERE x.from_sql",
          PinReason.LISTEN,
          "FROM pg_catalog.pg_listening_channels()",
          PinReason.ADVISORY_LOCK,
          "FROM pg_catalog.pg_locks x"
              + " WHERE x.locktype OPERATOR(pg_catalog.=) 'advisory' AND x.granted"
              + " AND x.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()",
          // All that lives in the temporary schema depends on it, as RemoveTempRelations relies on;
          // unlike pg_class, pg_depend has an index that finds it. 2615 is pg_namespace.
          PinReason.TEMP_OBJECT,
          "FROM pg_catalog.pg_depend x"
              + " WHERE x.refclassid OPERATOR(pg_catalog.=) 2615::pg_catalog.oid"
              + " AND x.refobjid OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()",
          PinReason.HOLD_CURSOR,
          "FROM pg_catalog.pg_cursors x WHERE x.is_holdable");

  /// A role other than none, or none where the user logs in with a role, by ALTER ROLE … SET role.
  private static final String ROLE =
      "SELECT 's','role',pg_catalog.current_setting('role')"
          + " WHERE pg_catalog.current_setting('role') OPERATOR(pg_catalog.<>) 'none'"
          + " OR EXISTS (SELECT FROM pg_catalog.pg_db_role_setting d,"
          + " pg_catalog.unnest(d.setconfig) c WHERE pg_catalog.starts_with(c,'role=')"
          + " AND d.setrole OPERATOR(pg_catalog.=) ANY (ARRAY[0::pg_catalog.oid,"
          + "(SELECT r.oid FROM pg_catalog.pg_roles r"
          + " WHERE r.rolname OPERATOR(pg_catalog.=) SESSION_USER)]))";

  /// The session's user if that is not who logged in.
  private static final String SESSION_AUTHORIZATION =
      "SELECT 's','session_authorization',SESSION_USER::pg_catalog.text"
          + " FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) x"
          + " WHERE pg_catalog.pg_get_userbyid(x.usesysid) OPERATOR(pg_catalog.<>) SESSION_USER";

  private static final String LISTED =
      "SELECT 's',x.name,pg_catalog.\"left\"(pg_catalog.current_setting(x.name,true),"
          + VALUE_CHARACTERS
          + ") FROM pg_catalog.pg_settings x"
          + " WHERE x.source OPERATOR(pg_catalog.=) 'session'"
          + " AND x.name OPERATOR(pg_catalog.<>) ALL (ARRAY['transaction_isolation',"
          + "'transaction_read_only','transaction_deferrable'])";

  private final List<String> branches = new ArrayList<>();

  static boolean canAsk(PinReason reason) {
    return KINDS.containsKey(reason);
  }

  void ask(PinReason reason) {
    branches.add(
        "SELECT '%s',NULL,NULL WHERE EXISTS (SELECT %s)"
            .formatted(KINDS.get(reason), EXISTS.get(reason)));
  }

  void ask(AskedSettings settings) {
    StringBuilder values = new StringBuilder();
    for (String name : settings.names()) {
      switch (name) {
        case SettingName.ROLE -> branches.add(ROLE);
        case SettingName.SESSION_AUTHORIZATION -> branches.add(SESSION_AUTHORIZATION);
        default -> appendRow(values, name);
      }
    }
    if (!values.isEmpty()) {
      branches.add(values.toString());
    }
    if (settings.listed()) {
      branches.add(LISTED);
    }
  }

  private static void appendRow(StringBuilder values, String name) {
    values.append(values.isEmpty() ? "VALUES ('s'," : ",('s',");
    SqlLiteral.append(values, name);
    values.append(",pg_catalog.\"left\"(pg_catalog.current_setting(");
    SqlLiteral.append(values, name);
    values.append(",true),").append(VALUE_CHARACTERS).append("))");
  }

  String text() {
    return String.join(" UNION ALL ", branches);
  }

  /// The reason that rows of this kind give, or null for an unknown kind.
  static @Nullable PinReason reason(char kind) {
    for (Map.Entry<PinReason, Character> entry : KINDS.entrySet()) {
      if (entry.getValue() == kind) {
        return entry.getKey();
      }
    }
    return null;
  }
}
