package io.trunkline.protocol.sql;

import io.trunkline.protocol.EventLoopConfined;

/// Reads SET, RESET and calls of functions that set. PostgreSQL docs, "SET", "RESET", "SET ROLE",
/// "SET SESSION AUTHORIZATION", "SET TRANSACTION", "Configuration Settings Functions".
@EventLoopConfined
final class SettingStatements {
  private final SqlCursor cursor;
  private final Findings found;
  private final SetConfigCall setConfig = new SetConfigCall();

  private byte[] t = SqlBytes.NOTHING;
  private int to;

  /// How many bytes arguments may yet be read ahead, so that calls within calls cost no square.
  private int ahead;

  SettingStatements(SqlCursor cursor, Findings found) {
    this.cursor = cursor;
    this.found = found;
  }

  void open(byte[] text, int from, int limit) {
    t = text;
    to = limit;
    ahead = 1024 + 2 * (limit - from);
  }

  /// Lets go of the text.
  void close() {
    t = SqlBytes.NOTHING;
  }

  void set() {
    cursor.next();
    if (cursor.peek() != '.') {
      if (cursor.is(SqlWord.LOCAL)) {
        cursor.next();
        if (cursor.peek() != '.') { // a custom setting means nothing to a parser
          found.add(SessionEffect.SET_LOCAL);
        }
        return;
      } else if (cursor.is(SqlWord.TRANSACTION) || cursor.is(SqlWord.CONSTRAINTS)) {
        return;
      } else if (cursor.is(SqlWord.SESSION)) {
        setSession();
        return;
      }
    }
    setName();
  }

  private void setSession() {
    cursor.next();
    boolean alone = cursor.peek() != '.';
    if (alone && cursor.is(SqlWord.TRANSACTION)) {
      return;
    } else if (alone && cursor.is(SqlWord.CHARACTERISTICS)) {
      found.setting("default_transaction_isolation");
      found.setting("default_transaction_read_only");
      found.setting("default_transaction_deferrable");
    } else if (alone && cursor.is(SqlWord.AUTHORIZATION)) {
      changesAuthorization();
    } else if (alone && cursor.is(SqlWord.SESSION)) {
      setSession(); // SET SESSION SESSION AUTHORIZATION
    } else {
      setName();
    }
  }

  private void setName() {
    settingName();
    boolean assigned = cursor.skip('=') || cursor.nextIs(SqlWord.TO);
    if (assigned) {
      cursor.next();
    }
    markDefault();
  }

  private void markDefault() {
    boolean toDefault =
        cursor.is(SqlWord.DEFAULT) || cursor.is(SqlWord.LOCAL) || cursor.is(SqlWord.NONE);
    if (toDefault) {
      found.add(SessionEffect.RESET_SETTING);
    }
  }

  void reset() {
    cursor.next();
    boolean alone = cursor.peek() != '.';
    if (alone && cursor.is(SqlWord.ALL)) {
      found.add(SessionEffect.RESET_ALL);
    } else if (alone && cursor.is(SqlWord.SESSION)) {
      changesAuthorization();
      found.add(SessionEffect.RESET_SETTING);
    } else if (!alone || !cursor.is(SqlWord.TRANSACTION)) {
      settingName();
      found.add(SessionEffect.RESET_SETTING);
    }
  }

  /// The name the cursor stands behind, and what follows its dots.
  private void settingName() {
    boolean alone = cursor.peek() != '.';
    if (alone && cursor.is(SqlWord.TIME)) {
      cursor.nextIs(SqlWord.ZONE);
      found.setting(SettingName.TIME_ZONE);
    } else if (alone && cursor.is(SqlWord.NAMES)) {
      found.setting(SettingName.CLIENT_ENCODING);
    } else if (alone && cursor.is(SqlWord.SCHEMA)) {
      found.setting(SettingName.SEARCH_PATH);
    } else if (alone && cursor.is(SqlWord.XML)) {
      cursor.nextIs(SqlWord.OPTION);
      found.setting("xmloption");
    } else if (cursor.isName()) {
      dottedName();
    } else {
      found.unknownSetting(); // as EXECUTE 'SET ' || name
    }
  }

  private void dottedName() {
    StringBuilder name = found.collects() ? new StringBuilder(cursor.text()) : null;
    boolean readable = !cursor.isUnicode();
    while (cursor.skip('.')) {
      cursor.next();
      readable &= cursor.isName() && !cursor.isUnicode();
      if (name != null) {
        name.append('.').append(cursor.text());
      }
    }
    if (!readable) {
      found.unknownSetting();
    } else if (name == null) {
      found.add(SessionEffect.SET_SETTING);
    } else {
      found.setting(name.toString());
    }
  }

  /// A call of `function`, whose name ends at `end`.
  void called(SqlWord function, int end) {
    readCall(end);
    if (function == SqlWord.SET_LIMIT) {
      found.setting("pg_trgm.similarity_threshold");
    } else if (setConfig.isLocal()) {
      takeLocal();
    } else {
      takeName();
    }
  }

  /// The same in the body of DO, where quotes may be doubled: whether the call is local is then no
  /// more than likely.
  void calledInBody(SqlWord function, int end) {
    readCall(end);
    if (function == SqlWord.SET_LIMIT) {
      found.setting("pg_trgm.similarity_threshold");
    } else if (!setConfig.isLocal() || setConfig.hasName()) {
      takeName();
    } else {
      takeLocal();
    }
  }

  private void takeLocal() {
    if (!setConfig.hasName() || !SettingName.isCustom(setConfig.name(t))) {
      found.add(SessionEffect.SET_LOCAL);
    }
  }

  private void readCall(int end) {
    setConfig.read(t, end, Math.min(to, end + ahead));
    ahead -= setConfig.end() - end;
  }

  private void takeName() {
    if (!setConfig.hasName()) {
      found.unknownSetting();
      return;
    }
    found.add(SessionEffect.SET_SETTING);
    if (found.collects()) {
      found.setting(setConfig.name(t));
    }
  }

  /// SET SESSION AUTHORIZATION sets the role as well.
  private void changesAuthorization() {
    found.setting(SettingName.SESSION_AUTHORIZATION);
    found.setting(SettingName.ROLE);
    if (cursor.nextIs(SqlWord.AUTHORIZATION)) {
      cursor.next();
    }
    markDefault();
  }
}
