package io.trunkline.protocol.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The SQL that turns the settings of one session into others. Each text is for a Query message of
/// its own, in this order, its characters being bytes (ISO-8859-1); each answers rows to be
/// swallowed and leaves all as it was when it fails.
///
/// `set_config(name, NULL, false)` is RESET, without the limits RESET has on names. Its result is
/// compared with NULL lest long values come back.
///
/// - The role and the session's authorization go first and come back last, so that what is between
///   runs with the rights of the user who logged in.
/// - A server reads a Query in the client encoding it has when the Query arrives, so that a change
///   of encoding precedes texts beyond ASCII in a Query of its own.
public final class SettingsChange {
  private static final SettingsChange NONE = new SettingsChange(List.of());

  /// A row has at most 1664 columns (MaxTupleAttributeNumber).
  private static final int COLUMNS_MAX = 500;

  private final List<String> queries;

  private SettingsChange(List<String> queries) {
    this.queries = List.copyOf(queries);
  }

  /// From what the server's session has to what the client's should have.
  public static SettingsChange between(SessionSettings server, SessionSettings client) {
    return server.equals(client) ? NONE : new Writer(server, client).write();
  }

  public boolean isEmpty() {
    return queries.isEmpty();
  }

  /// The texts, in order; none when nothing changes.
  public List<String> queries() {
    return queries;
  }

  /// Writes one change.
  private static final class Writer {
    private final SessionSettings server;
    private final SessionSettings client;
    private final StringBuilder sql = new StringBuilder();
    private int columns;

    Writer(SessionSettings server, SessionSettings client) {
      this.server = server;
      this.client = client;
    }

    SettingsChange write() {
      leaveIdentity();
      Set<String> names = new TreeSet<>(server.asMap().keySet());
      names.addAll(client.asMap().keySet());
      for (String name : names) {
        if (differs(name) && !isEarlyOrLate(name)) {
          set(name, client.get(name));
        }
      }
      enterIdentity();
      return new SettingsChange(withEncoding());
    }

    private boolean differs(String name) {
      return !Objects.equals(server.get(name), client.get(name));
    }

    private static boolean isEarlyOrLate(String name) {
      return isIdentity(name) || name.equals(SettingName.CLIENT_ENCODING);
    }

    private static boolean isIdentity(String name) {
      return name.equals(SettingName.ROLE) || name.equals(SettingName.SESSION_AUTHORIZATION);
    }

    private void leaveIdentity() {
      reset(SettingName.ROLE);
      reset(SettingName.SESSION_AUTHORIZATION);
    }

    private void reset(String name) {
      if (server.get(name) != null) {
        set(name, null);
      }
    }

    private void enterIdentity() {
      enter(SettingName.SESSION_AUTHORIZATION);
      enter(SettingName.ROLE);
    }

    private void enter(String name) {
      String value = client.get(name);
      if (value != null) {
        set(name, value);
      }
    }

    private List<String> withEncoding() {
      if (!differs(SettingName.CLIENT_ENCODING)) {
        return List.of(sql.toString());
      }
      String rest = sql.toString();
      sql.setLength(0);
      columns = 0;
      set(SettingName.CLIENT_ENCODING, client.get(SettingName.CLIENT_ENCODING));
      List<String> queries = new ArrayList<>();
      if (rest.isEmpty()) {
        queries.add(sql.toString());
      } else if (isAscii(rest)) {
        queries.add(sql.append(';').append(rest).toString());
      } else {
        queries.add(sql.toString());
        queries.add(rest);
      }
      return queries;
    }

    private void set(String name, @Nullable String value) {
      if (columns == COLUMNS_MAX) {
        sql.append(';');
        columns = 0;
      }
      sql.append(columns++ == 0 ? "SELECT " : ",").append("pg_catalog.set_config(");
      SqlLiteral.append(sql, name);
      sql.append(',');
      if (value == null) {
        sql.append("NULL");
      } else {
        SqlLiteral.append(sql, value);
      }
      sql.append(",false) IS NULL");
    }
  }

  static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }
}
