package io.trunkline.protocol.sql;

import io.trunkline.protocol.sql.SettingNames.Unknown;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What [SqlScanner#describe] read in a text that had hints.
///
/// @param effects the bits of [SessionEffect]
/// @param singleStatement whether the text certainly is one statement and no more
/// @param settings the settings it may change
/// @param prepared the names of SQL PREPARE
/// @param executed the names of SQL EXECUTE
/// @param deallocated the names of SQL DEALLOCATE, without DEALLOCATE ALL
public record ScannedStatements(
    int effects,
    boolean singleStatement,
    SettingNames settings,
    List<StatementName> prepared,
    List<StatementName> executed,
    List<StatementName> deallocated) {

  public ScannedStatements {
    prepared = List.copyOf(prepared);
    executed = List.copyOf(executed);
    deallocated = List.copyOf(deallocated);
  }

  /// Gathers the names as [HintReader] comes upon them.
  static final class Collector {
    private static final int STATEMENTS_MAX = 100;

    private final int shift;
    private final Set<String> settings = new TreeSet<>();
    private final List<StatementName> prepared = new ArrayList<>();
    private final List<StatementName> executed = new ArrayList<>();
    private final List<StatementName> deallocated = new ArrayList<>();
    private Unknown unknown = Unknown.NOTHING;

    /// `shift` is what to add to an index into the scanned bytes to have one into the buffer.
    Collector(int shift) {
      this.shift = shift;
    }

    void setting(String name) {
      String canonical = SettingName.canonical(name);
      if (settings.size() < SettingNames.NAMES_MAX || settings.contains(canonical)) {
        settings.add(canonical);
      } else {
        unknown = Unknown.CUSTOM;
      }
    }

    void unknown(Unknown what) {
      unknown = unknown.or(what);
    }

    void prepared(SqlCursor cursor) {
      add(prepared, cursor);
    }

    void executed(SqlCursor cursor) {
      add(executed, cursor);
    }

    void deallocated(SqlCursor cursor) {
      add(deallocated, cursor);
    }

    private void add(List<StatementName> names, SqlCursor cursor) {
      var name =
          new StatementName(cursor.identifier(), shift + cursor.start(), shift + cursor.end());
      if (names.size() < STATEMENTS_MAX && !names.contains(name)) {
        names.add(name);
      }
    }

    ScannedStatements build(int effects, boolean singleStatement) {
      return new ScannedStatements(
          effects,
          singleStatement,
          new SettingNames(settings, unknown),
          prepared,
          executed,
          deallocated);
    }
  }
}
