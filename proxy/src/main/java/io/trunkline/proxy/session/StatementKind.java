package io.trunkline.proxy.session;

import io.trunkline.protocol.sql.SqlBlanks;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// What the first words of a text of SQL say about when its work becomes lasting. Cold: asked only
/// when a server was lost. In doubt it is [#OTHER].
///
/// PostgreSQL docs, "Transactions" and "SQL Commands": the plain commands below do all they do in
/// the transaction they run in. Not among them are those that commit by themselves (VACUUM, CREATE
/// INDEX CONCURRENTLY, CREATE DATABASE), those in which a procedure may (CALL, DO), and those that
/// end a transaction.
enum StatementKind {
  /// As PLAIN, and it asks for rows: what it may write, it writes in functions.
  READ,
  /// Nothing of it lasts unless its transaction commits, and it does not commit.
  PLAIN,
  /// As PLAIN, but more statements may follow in the same text.
  PLAIN_FIRST,
  /// COMMIT, ROLLBACK and their other names, alone.
  END,
  OTHER;

  /// What is true of both, one after the other.
  StatementKind and(StatementKind other) {
    return ordinal() >= other.ordinal() ? this : other;
  }

  private static final Set<String> READING_WORDS = Set.of("select", "values", "table", "show");

  private static final Set<String> ENDING_WORDS = Set.of("commit", "end", "rollback", "abort");

  /// What may stand behind those and says nothing more.
  private static final Pattern NOISE =
      Pattern.compile("(\\s+(work|transaction))?[\\s;]*", Pattern.CASE_INSENSITIVE);

  private static final Set<String> OTHER_PLAIN_WORDS =
      Set.of(
          "insert",
          "update",
          "delete",
          "merge",
          "with",
          "begin",
          "start",
          "savepoint",
          "set",
          "lock",
          "fetch",
          "move",
          "declare",
          "truncate");

  /// Whether its first statement does nothing that lasts before it has been answered.
  boolean beginsPlain() {
    return ordinal() <= PLAIN_FIRST.ordinal();
  }

  /// Where an error leaves a client that has asked for this in a transaction block.
  Outlook outlookInBlock() {
    return switch (this) {
      case READ, PLAIN, PLAIN_FIRST -> Outlook.IS_IN_FAILED_BLOCK;
      case END -> Outlook.IS_IDLE;
      case OTHER -> Outlook.LEAVES;
    };
  }

  /// Whether nothing of it lasts unless its transaction commits, and nothing in it commits that.
  boolean isPlain() {
    return this == READ || this == PLAIN;
  }

  static StatementKind of(String text) {
    int start = skipGap(text, 0);
    int end = start;
    while (end < text.length() && Character.isLetter(text.charAt(end))) {
      end++;
    }
    String word = text.substring(start, end).toLowerCase(Locale.ROOT);
    if (ENDING_WORDS.contains(word)) {
      return NOISE.matcher(text.substring(end)).matches() ? END : OTHER;
    }
    boolean reads = READING_WORDS.contains(word);
    if (!reads && !OTHER_PLAIN_WORDS.contains(word)) {
      return OTHER;
    }
    int semicolon = text.indexOf(';', end); // one in a string counts too: that is in doubt
    if (semicolon >= 0 && skipGap(text, semicolon + 1) < text.length()) {
      return PLAIN_FIRST;
    }
    return reads ? READ : PLAIN;
  }

  /// Steps over blanks, comments, semicolons and parentheses.
  private static int skipGap(String text, int from) {
    int at = SqlBlanks.skip(text, from);
    while (at >= 0 && at < text.length() && (text.charAt(at) == '(' || text.charAt(at) == ';')) {
      at = SqlBlanks.skip(text, at + 1);
    }
    return at < 0 ? text.length() : at;
  }
}
