package io.trunkline.protocol.sql;

import io.trunkline.protocol.sql.SettingNames.Unknown;
import java.util.EnumSet;
import java.util.Set;

/// The question what state a server's session really has, asked after a transaction that carried
/// hints: one text for a Query message, to be sent while no transaction is open, and what its rows
/// say. Only what the hints may have changed is asked. Works on PostgreSQL 13 and later.
///
/// Rows have three columns in text format: kind, name, value. When the query fails the state is
/// unknown, and the server must not serve another client.
///
/// Settings are asked in one of two ways. By name is cheap, but tells values and not whether they
/// are the server's own, which then count as the session's; after RESET, and where names are not
/// all known, `pg_settings` tells it, for which the server builds some hundred rows. To look that
/// closely after a transaction that was rolled back, add [SessionEffect#RESET_SETTING] to its
/// effects.
public final class StateCheck {
  private final String query;
  private final AskedSettings settings;
  private final EnumSet<PinReason> asked;
  private final EnumSet<PinReason> found;

  private StateCheck(
      TruthQuery query,
      AskedSettings settings,
      EnumSet<PinReason> asked,
      EnumSet<PinReason> found) {
    this.query = query.text();
    this.settings = settings;
    this.asked = asked;
    this.found = found;
  }

  /// What to ask after `effects` on the settings `names`, of a client that has had the settings
  /// `held` and is pinned for `pins`.
  public static StateCheck of(
      int effects, SettingNames names, SessionSettings held, Set<PinReason> pins) {
    EnumSet<PinReason> asked = EnumSet.noneOf(PinReason.class);
    TruthQuery query = new TruthQuery();
    for (PinReason reason : PinReason.values()) {
      boolean mayEnd = pins.contains(reason) && reason.mayEndWith(effects);
      if (TruthQuery.canAsk(reason) && (reason.mayBeginWith(effects) || mayEnd)) {
        asked.add(reason);
        query.ask(reason);
      }
    }
    AskedSettings settings = AskedSettings.of(effects, names, held);
    query.ask(settings);
    if ((effects & PinReason.ANYTHING) != 0) {
      asked.add(PinReason.LARGE_STATEMENT);
    }
    return new StateCheck(query, settings, asked, unanswerable(effects, names));
  }

  /// The same question where a DISCARD ALL is known to have succeeded, and everything about
  /// settings that is taken for granted came behind it: what was before and cannot be asked for is
  /// gone.
  StateCheck afterDiscardAll() {
    asked.add(PinReason.LARGE_SETTING);
    asked.add(PinReason.UNKNOWN_SETTING);
    return this;
  }

  /// What no query can tell and is taken for granted.
  private static EnumSet<PinReason> unanswerable(int effects, SettingNames names) {
    EnumSet<PinReason> found = EnumSet.noneOf(PinReason.class);
    if ((effects & SessionEffect.LOAD) != 0) {
      found.add(PinReason.LOAD);
    }
    if (names.unknown() == Unknown.CUSTOM) {
      found.add(PinReason.UNKNOWN_SETTING);
    }
    return found;
  }

  /// Whether there is nothing to ask. The truth is then that of no rows.
  public boolean isEmpty() {
    return query.isEmpty();
  }

  /// The text to send, its characters being bytes (ISO-8859-1).
  public String query() {
    return query;
  }

  /// Takes one answer to [#query].
  public TruthRows answer() {
    return new TruthRows(settings, asked, found);
  }
}
