package io.trunkline.protocol.sql;

/// Bits for what a text of SQL may do to the state of its session. A bit is a hint: the statement
/// may fail, be rolled back or mean something else; [StateCheck] finds out what became of it. A
/// text without any bit leaves the session as it was, as far as its words can tell: what a function
/// called from it does is out of sight.
public final class SessionEffect {
  public static final int NONE = 0;

  /// SET, SET SESSION, RESET or `set_config` of a setting, beyond the transaction.
  public static final int SET_SETTING = 1;

  /// A setting goes back to its default: RESET or SET … TO DEFAULT. Always along with
  /// [#SET_SETTING].
  public static final int RESET_SETTING = 1 << 1;

  public static final int RESET_ALL = 1 << 2;
  public static final int DISCARD_ALL = 1 << 3;
  public static final int DISCARD_TEMP = 1 << 4;
  public static final int DISCARD_PLANS = 1 << 5;
  public static final int DISCARD_SEQUENCES = 1 << 6;
  public static final int PREPARE = 1 << 7;
  public static final int EXECUTE = 1 << 8;
  public static final int DEALLOCATE = 1 << 9;
  public static final int DEALLOCATE_ALL = 1 << 10;
  public static final int LISTEN = 1 << 11;
  public static final int UNLISTEN = 1 << 12;
  public static final int ADVISORY_LOCK = 1 << 13;
  public static final int ADVISORY_UNLOCK = 1 << 14;
  public static final int TEMP_TABLE = 1 << 15;
  public static final int DROP = 1 << 16;
  public static final int HOLD_CURSOR = 1 << 17;
  public static final int CLOSE_CURSOR = 1 << 18;
  public static final int LOAD = 1 << 19;

  /// DO, CALL, or words the scanner cannot read: any of the others may have happened.
  public static final int OPAQUE = 1 << 20;

  /// SET LOCAL, or `set_config` of a setting for the transaction alone, other than a custom one:
  /// leaves nothing behind, but what is parsed meanwhile may mean something else than it would mean
  /// later.
  public static final int SET_LOCAL = 1 << 21;

  /// What is undone if the transaction is that it was done in. PostgreSQL docs, "SQL Commands".
  public static final int TRANSACTIONAL =
      SET_SETTING
          | RESET_SETTING
          | RESET_ALL
          | LISTEN
          | UNLISTEN
          | TEMP_TABLE
          | DROP
          | HOLD_CURSOR
          | CLOSE_CURSOR;

  private SessionEffect() {}
}
