package io.trunkline.protocol.sql;

import static io.trunkline.protocol.sql.SessionEffect.ADVISORY_UNLOCK;
import static io.trunkline.protocol.sql.SessionEffect.CLOSE_CURSOR;
import static io.trunkline.protocol.sql.SessionEffect.DEALLOCATE;
import static io.trunkline.protocol.sql.SessionEffect.DEALLOCATE_ALL;
import static io.trunkline.protocol.sql.SessionEffect.DISCARD_ALL;
import static io.trunkline.protocol.sql.SessionEffect.DISCARD_TEMP;
import static io.trunkline.protocol.sql.SessionEffect.DROP;
import static io.trunkline.protocol.sql.SessionEffect.EXECUTE;
import static io.trunkline.protocol.sql.SessionEffect.NONE;
import static io.trunkline.protocol.sql.SessionEffect.OPAQUE;
import static io.trunkline.protocol.sql.SessionEffect.RESET_ALL;
import static io.trunkline.protocol.sql.SessionEffect.SET_SETTING;
import static io.trunkline.protocol.sql.SessionEffect.TEMP_TABLE;
import static io.trunkline.protocol.sql.SessionEffect.UNLISTEN;

import java.util.Set;

/// Why a client must keep its server between transactions: state that cannot be carried to another.
public enum PinReason {
  PREPARE(
      "prepared statements made by SQL PREPARE",
      SessionEffect.PREPARE,
      DEALLOCATE | DEALLOCATE_ALL | DISCARD_ALL),
  LISTEN("channels it listens on", SessionEffect.LISTEN, UNLISTEN | DISCARD_ALL),
  ADVISORY_LOCK(
      "session-level advisory locks", SessionEffect.ADVISORY_LOCK, ADVISORY_UNLOCK | DISCARD_ALL),

  /// Also a `search_path` in which `pg_temp` is named: what is created next may be temporary
  /// without a word saying so.
  TEMP_OBJECT(
      "temporary objects", TEMP_TABLE, DROP | DISCARD_TEMP | DISCARD_ALL | SET_SETTING | RESET_ALL),
  HOLD_CURSOR("cursors WITH HOLD", SessionEffect.HOLD_CURSOR, CLOSE_CURSOR | DISCARD_ALL),

  /// A setting too large to be carried.
  LARGE_SETTING("a large setting", NONE, DISCARD_ALL),

  /// A custom setting whose name is not known: PostgreSQL lists them nowhere.
  UNKNOWN_SETTING("a custom setting of unknown name", NONE, DISCARD_ALL),
  LOAD("a library loaded by LOAD", NONE, NONE),

  /// A statement too large to be read; over with the next check of everything.
  LARGE_STATEMENT("a statement too large to be looked at", NONE, NONE),

  /// Nobody knows which of the messages amid a COPY the server has taken for part of it.
  FAILED_COPY("messages amid the data of a COPY that failed", NONE, NONE);

  /// After these anything may be there, or gone.
  static final int ANYTHING = OPAQUE | EXECUTE;

  private final String text;
  private final int begins;
  private final int ends;

  PinReason(String text, int begins, int ends) {
    this.text = text;
    this.begins = begins;
    this.ends = ends;
  }

  /// What the session has, for people.
  public String text() {
    return text;
  }

  /// Whether a DISCARD ALL that succeeded takes all of it away; else the server has to be closed
  /// when its client leaves.
  public boolean endsWithDiscardAll() {
    return this != LOAD && this != LARGE_STATEMENT && this != FAILED_COPY;
  }

  boolean mayBeginWith(int effects) {
    return (effects & (begins | ANYTHING)) != 0;
  }

  boolean mayEndWith(int effects) {
    return (effects & (ends | ANYTHING)) != 0;
  }

  /// Whether one of `pins` may have ended with a text that had `effects`.
  public static boolean mayEnd(Set<PinReason> pins, int effects) {
    for (PinReason pin : pins) {
      if (pin.mayEndWith(effects)) {
        return true;
      }
    }
    return false;
  }
}
