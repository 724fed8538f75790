package io.trunkline.protocol.sql;

import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.sql.SettingNames.Unknown;
import org.jspecify.annotations.Nullable;

/// Understands the words [SqlScanner] stops at: reads the head of their statement and says what it
/// may do to the session. Allocates only while names are collected.
///
/// Grammar: PostgreSQL docs, "SQL Commands", and `gram.y` where a keyword may also be a name.
@EventLoopConfined
final class HintReader {

  /// What of the statement's first word must be remembered for the words behind it.
  private enum Command {
    PLAIN,
    DECLARE,
    DO,
    EXPLAIN
  }

  private final SqlCursor cursor = new SqlCursor();
  private final Findings found = new Findings();
  private final SettingStatements settings = new SettingStatements(cursor, found);

  private byte[] t = SqlBytes.NOTHING;
  private int to;

  /// True inside the body of DO, where any word may begin a statement and no string is one.
  private boolean loose;

  private Command command = Command.PLAIN;
  private int statements;

  void open(byte[] text, int from, int limit, ScannedStatements.@Nullable Collector names) {
    t = text;
    to = limit;
    found.open(names);
    settings.open(text, from, limit);
    loose = false;
    statements = 0;
    command = Command.PLAIN;
    cursor.open(text, from, limit);
  }

  /// Lets go of the text.
  void close() {
    t = SqlBytes.NOTHING;
    found.open(null);
    settings.close();
    cursor.close();
  }

  int effects() {
    return found.effects();
  }

  int statements() {
    return statements;
  }

  boolean inDo() {
    return command == Command.DO;
  }

  void enterBody() {
    loose = true;
  }

  void leaveBody() {
    loose = false;
    command = Command.DO;
  }

  /// Something that cannot be read for sure.
  void opaque() {
    found.opaque();
  }

  void begin() {
    command = Command.PLAIN;
    statements++;
  }

  /// The first word of a statement, in `[word, end)`, that passed [SqlWord#mayMatterFirst].
  void first(int word, int end) {
    SqlWord known = SqlWord.of(t, word, end);
    if (known == null) {
      found.add(SqlWord.namedEffect(t, word, end));
      return;
    }
    cursor.moveTo(end);
    switch (known) {
      case SET -> settings.set();
      case RESET -> settings.reset();
      case DISCARD -> discard();
      case PREPARE -> prepare();
      case EXECUTE -> execute();
      case DEALLOCATE -> deallocate();
      case LISTEN -> found.add(SessionEffect.LISTEN);
      case UNLISTEN -> found.add(SessionEffect.UNLISTEN);
      case DROP -> found.add(SessionEffect.DROP);
      case CLOSE -> found.add(SessionEffect.CLOSE_CURSOR);
      case DECLARE -> command = Command.DECLARE;
      case EXPLAIN -> command = Command.EXPLAIN;
      case LOAD -> load();
      case CALL -> opaque();
      case DO -> {
        command = Command.DO;
        opaque();
      }
      default -> {} // Its place is further on.
    }
  }

  /// A later word of a statement, in `[word, end)`, that passed [SqlWord#mayMatter]; the word
  /// before it is in `[before, beforeEnd)`.
  void inside(int word, int end, int before, int beforeEnd) {
    SqlWord known = SqlWord.of(t, word, end);
    if (known == null) {
      found.add(SqlWord.namedEffect(t, word, end));
      return;
    }
    switch (known) {
      case SET_CONFIG, SET_LIMIT -> called(known, end);
      case TEMP, TEMPORARY -> {
        if (makesTemp(before, beforeEnd)) {
          found.add(SessionEffect.TEMP_TABLE);
        }
      }
      case HOLD -> {
        if (command == Command.DECLARE && SqlWord.WITH.is(t, before, beforeEnd)) {
          found.add(SessionEffect.HOLD_CURSOR);
        }
      }
      case EXECUTE -> {
        if (command == Command.EXPLAIN || SqlWord.AS.is(t, before, beforeEnd)) {
          cursor.moveTo(end);
          execute();
        }
      }
      default -> {} // It means something at the beginning of a statement only.
    }
  }

  /// A quoted name; its closing quote is at `end`.
  void quoted(int start, int end) {
    SqlWord known = SqlWord.of(t, start, end);
    if (known == SqlWord.SET_CONFIG || known == SqlWord.SET_LIMIT) {
      called(known, Math.min(end + 1, to));
    } else {
      found.add(SqlWord.namedEffect(t, start, end));
    }
  }

  private void called(SqlWord function, int end) {
    if (loose) {
      settings.calledInBody(function, end);
    } else {
      settings.called(function, end);
    }
  }

  private boolean makesTemp(int before, int beforeEnd) {
    SqlWord word = before == beforeEnd ? null : SqlWord.of(t, before, beforeEnd);
    return word == SqlWord.CREATE
        || word == SqlWord.REPLACE
        || word == SqlWord.LOCAL
        || word == SqlWord.GLOBAL
        || word == SqlWord.INTO;
  }

  private void discard() {
    cursor.next();
    if (cursor.is(SqlWord.ALL)) {
      found.add(SessionEffect.DISCARD_ALL);
    } else if (cursor.is(SqlWord.TEMP) || cursor.is(SqlWord.TEMPORARY)) {
      found.add(SessionEffect.DISCARD_TEMP);
    } else if (cursor.is(SqlWord.PLANS)) {
      found.add(SessionEffect.DISCARD_PLANS);
    } else if (cursor.is(SqlWord.SEQUENCES)) {
      found.add(SessionEffect.DISCARD_SEQUENCES);
    }
  }

  /// PREPARE TRANSACTION is another command, unless it prepares a statement of that name.
  private void prepare() {
    cursor.next();
    if (cursor.is(SqlWord.TRANSACTION)) {
      int name = cursor.start();
      if (cursor.peek() != '(' && !cursor.nextIs(SqlWord.AS)) {
        return;
      }
      cursor.moveTo(name);
      cursor.next();
    }
    found.add(SessionEffect.PREPARE);
    if (isNamed()) {
      found.names().prepared(cursor);
    }
  }

  /// What the statement does was read when it was prepared, perhaps long ago. In a body EXECUTE is
  /// a command of PL/pgSQL, and what it executes is read as part of the body.
  private void execute() {
    if (loose) {
      return;
    }
    found.add(SessionEffect.EXECUTE);
    found.unknown(Unknown.INDIRECT);
    cursor.next();
    if (isNamed()) {
      found.names().executed(cursor);
    }
  }

  /// DEALLOCATE [ PREPARE ] { name | ALL }; a statement may itself be called "prepare".
  private void deallocate() {
    cursor.next();
    if (cursor.is(SqlWord.PREPARE)) {
      int name = cursor.start();
      if (cursor.next() == SqlCursor.Found.OTHER) {
        cursor.moveTo(name);
        cursor.next();
      }
    }
    if (cursor.is(SqlWord.ALL)) {
      found.add(SessionEffect.DEALLOCATE_ALL);
      return;
    }
    found.add(SessionEffect.DEALLOCATE);
    if (isNamed()) {
      found.names().deallocated(cursor);
    }
  }

  private boolean isNamed() {
    if (cursor.isUnicode()) {
      opaque();
    }
    return found.collects() && !loose && cursor.isName() && !cursor.isUnicode();
  }

  /// In a body LOAD is a command only with the name of a library behind it.
  private void load() {
    byte next = cursor.peek();
    if (!loose || next == '\'' || next == '$') {
      found.add(SessionEffect.LOAD);
    }
  }
}
