package io.trunkline.protocol.sql;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The words the scanner knows, and a filter by first letter and length that lets nearly every
/// other word pass at the cost of one table look-up.
enum SqlWord {
  // First words of statements.
  CALL(Where.FIRST),
  CLOSE(Where.FIRST),
  CREATE(Where.FIRST),
  DEALLOCATE(Where.FIRST),
  DECLARE(Where.FIRST),
  DISCARD(Where.FIRST),
  DO(Where.FIRST),
  DROP(Where.FIRST),
  EXPLAIN(Where.FIRST),
  LISTEN(Where.FIRST),
  LOAD(Where.FIRST),
  PREPARE(Where.FIRST),
  RESET(Where.FIRST),
  SET(Where.FIRST),
  UNLISTEN(Where.FIRST),

  // Words that count anywhere in a statement.
  EXECUTE(Where.ANY),
  HOLD(Where.ANY),
  TEMP(Where.ANY),
  TEMPORARY(Where.ANY),
  SET_CONFIG(Where.ANY),
  SET_LIMIT(Where.ANY),

  // Words that count at their place only, read from there.
  ALL(Where.PLACE),
  AS(Where.PLACE),
  AUTHORIZATION(Where.PLACE),
  CHARACTERISTICS(Where.PLACE),
  CONSTRAINTS(Where.PLACE),
  DEFAULT(Where.PLACE),
  GLOBAL(Where.PLACE),
  INTO(Where.PLACE),
  LOCAL(Where.PLACE),
  NAMES(Where.PLACE),
  NONE(Where.PLACE),
  OPTION(Where.PLACE),
  PLANS(Where.PLACE),
  REPLACE(Where.PLACE),
  ROLE(Where.PLACE),
  SCHEMA(Where.PLACE),
  SEQUENCES(Where.PLACE),
  SESSION(Where.PLACE),
  TIME(Where.PLACE),
  TO(Where.PLACE),
  TRANSACTION(Where.PLACE),
  TRUE(Where.PLACE),
  WITH(Where.PLACE),
  XML(Where.PLACE),
  ZONE(Where.PLACE);

  private enum Where {
    FIRST,
    ANY,
    PLACE
  }

  private static final String PG_ADVISORY_LOCK = "pg_advisory_lock";
  private static final String PG_TRY_ADVISORY_LOCK = "pg_try_advisory_lock";
  private static final String PG_ADVISORY_UNLOCK = "pg_advisory_unlock";
  private static final String PG_TEMP = "pg_temp";

  private static final SqlWord[][] BY_LETTER = new SqlWord[128][];
  private static final long[] FIRST_LENGTHS = new long[256];
  private static final long[] ANY_LENGTHS = new long[256];

  static {
    for (int letter = 0; letter < BY_LETTER.length; letter++) {
      int first = letter;
      BY_LETTER[letter] =
          Arrays.stream(values()).filter(w -> w.text.charAt(0) == first).toArray(SqlWord[]::new);
    }
    for (SqlWord word : values()) {
      if (word.where != Where.PLACE) {
        admit(FIRST_LENGTHS, word.text);
      }
      if (word.where == Where.ANY) {
        admit(ANY_LENGTHS, word.text);
      }
    }
  }

  private final String text;
  private final Where where;

  SqlWord(Where where) {
    this.text = name().toLowerCase(Locale.ROOT);
    this.where = where;
  }

  private static void admit(long[] lengths, String text) {
    admit(lengths, text.charAt(0), text.length());
  }

  private static void admit(long[] lengths, char first, int length) {
    lengths[first] |= 1L << length;
    lengths[first & ~0x20] |= 1L << length;
  }

  /// False for a word that certainly means nothing at the beginning of a statement. A length of 64
  /// or more wraps around, which only lets a word through to be compared.
  static boolean mayMatterFirst(byte[] t, int start, int end) {
    return (FIRST_LENGTHS[t[start] & 0xff] >>> (end - start) & 1) != 0 || isPg(t, start, end);
  }

  /// False for a word that certainly means nothing inside a statement.
  static boolean mayMatter(byte[] t, int start, int end) {
    return (ANY_LENGTHS[t[start] & 0xff] >>> (end - start) & 1) != 0 || isPg(t, start, end);
  }

  /// Whether the word begins with `pg_`; the letter that distinguishes it best comes first.
  private static boolean isPg(byte[] t, int start, int end) {
    return end - start >= PG_TEMP.length()
        && t[start + 2] == '_'
        && (t[start] | 0x20) == 'p'
        && (t[start + 1] | 0x20) == 'g';
  }

  /// The word at `[start, end)`, in any case, or null when it is none of these.
  static @Nullable SqlWord of(byte[] t, int start, int end) {
    int first = SqlBytes.lower(t[start]);
    if (first >= BY_LETTER.length) {
      return null;
    }
    for (SqlWord word : BY_LETTER[first]) {
      if (word.is(t, start, end)) {
        return word;
      }
    }
    return null;
  }

  boolean is(byte[] t, int start, int end) {
    return end - start == text.length() && begins(text, t, start, end);
  }

  /// The effect of calling, or even naming, a function or schema of PostgreSQL's own at `[start,
  /// end)`; 0 for any other.
  static int namedEffect(byte[] t, int start, int end) {
    if (begins(PG_TEMP, t, start, end)) {
      return SessionEffect.TEMP_TABLE;
    } else if (begins(PG_ADVISORY_UNLOCK, t, start, end)) {
      return SessionEffect.ADVISORY_UNLOCK;
    } else if (begins(PG_ADVISORY_LOCK, t, start, end)
        || begins(PG_TRY_ADVISORY_LOCK, t, start, end)) {
      return SessionEffect.ADVISORY_LOCK;
    }
    return SessionEffect.NONE;
  }

  private static boolean begins(String text, byte[] t, int start, int end) {
    if (end - start < text.length()) {
      return false;
    }
    for (int n = 0; n < text.length(); n++) {
      if (SqlBytes.lower(t[start + n]) != text.charAt(n)) {
        return false;
      }
    }
    return true;
  }
}
