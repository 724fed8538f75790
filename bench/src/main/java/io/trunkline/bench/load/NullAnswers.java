package io.trunkline.bench.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// What the [NullServer] says, made once.
final class NullAnswers {
  private static final int TEXT = 25;

  /// The start of the statement that comes most often.
  private static final int SELE = 'S' << 24 | 'E' << 16 | 'L' << 8 | 'E';

  static final ByteBuf GREETING = greeting();
  static final ByteBuf PARSE_COMPLETE = new Wire().message('1', "").whole();
  static final ByteBuf BIND_COMPLETE = new Wire().message('2', "").whole();
  static final ByteBuf CLOSE_COMPLETE = new Wire().message('3', "").whole();
  static final ByteBuf NO_DATA = new Wire().message('n', "").whole();
  static final ByteBuf EMPTY = new Wire().message('I', "").whole();
  static final ByteBuf ROW_DESCRIPTION = rowDescription(new Wire()).whole();
  static final ByteBuf NO_PARAMETERS = new Wire().message('t', Wire.int16(0)).whole();
  static final ByteBuf ROW = row(new Wire()).whole();
  static final ByteBuf SELECT = row(rowDescription(new Wire())).whole();
  static final ByteBuf SELECT_READY = row(rowDescription(new Wire())).message('Z', "I").whole();

  static final ByteBuf ROWS =
      new Wire()
          .message(
              'D', Wire.int16(1) + Wire.int32(Requests.ROW_BYTES) + "x".repeat(Requests.ROW_BYTES))
          .times(256)
          .whole();
  static final ByteBuf ROWS_END = new Wire().message('C', "SELECT 400000\0").whole();
  static final ByteBuf COPY_OUT = new Wire().message('H', copyFormat()).whole();
  static final ByteBuf COPY_ROWS = Requests.copyRows();
  static final ByteBuf COPY_END = new Wire().message('c', "").message('C', "COPY 400000\0").whole();
  static final ByteBuf COPY_IN = new Wire().message('G', copyFormat()).whole();
  static final ByteBuf COPY_IN_END = new Wire().message('C', "COPY 400000\0").whole();

  private static final ByteBuf READY_IDLE = new Wire().message('Z', "I").whole();
  private static final ByteBuf READY_IN_TRANSACTION = new Wire().message('Z', "T").whole();
  private static final ByteBuf BEGIN = new Wire().message('C', "BEGIN\0").whole();
  private static final ByteBuf COMMIT = new Wire().message('C', "COMMIT\0").whole();
  private static final ByteBuf SET = new Wire().message('C', "SET\0").whole();

  private NullAnswers() {}

  /// What a statement does, as far as anybody here looks.
  enum Kind {
    ROWS,
    BULK_ROWS,
    BULK_COPY,
    COPY_IN,
    BEGIN,
    END,
    OTHER;

    /// Whether all of its answer is there when it is asked for.
    boolean endsAtOnce() {
      return switch (this) {
        case ROWS, BEGIN, END, OTHER -> true;
        case BULK_ROWS, BULK_COPY, COPY_IN -> false;
      };
    }
  }

  /// The kind of the statement whose text begins there.
  static Kind kind(ByteBuf in, int text) {
    int here = Math.min(in.writerIndex() - text, 10);
    if (here == 10 && in.getInt(text) == SELE && in.getByte(text + 7) != 'r') {
      return Kind.ROWS;
    }
    String start = in.toString(text, here, StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT);
    if (start.startsWith("SELECT REP")) {
      return Kind.BULK_ROWS;
    }
    if (start.startsWith("COPY (")) {
      return Kind.BULK_COPY;
    }
    return switch (start.substring(0, Math.min(3, start.length()))) {
      case "SEL", "SHO", "WIT", "VAL" -> Kind.ROWS;
      case "COP" -> Kind.COPY_IN;
      case "BEG", "STA" -> Kind.BEGIN;
      case "COM", "END", "ROL", "ABO" -> Kind.END;
      default -> Kind.OTHER;
    };
  }

  static ByteBuf complete(Kind kind) {
    return switch (kind) {
      case BEGIN -> BEGIN;
      case END -> COMMIT;
      case ROWS, BULK_ROWS, BULK_COPY, COPY_IN, OTHER -> SET;
    };
  }

  static ByteBuf ready(char status) {
    return status == 'I' ? READY_IDLE : READY_IN_TRANSACTION;
  }

  private static Wire rowDescription(Wire wire) {
    return wire.message(
        'T',
        Wire.int16(1)
            + "abalance\0"
            + Wire.int32(0)
            + Wire.int16(0)
            + Wire.int32(TEXT)
            + Wire.int16(4)
            + Wire.int32(-1)
            + Wire.int16(0));
  }

  private static Wire row(Wire wire) {
    return wire.message('D', Wire.int16(1) + Wire.int32(1) + "0").message('C', "SELECT 1\0");
  }

  private static String copyFormat() {
    return "\0" + Wire.int16(1) + Wire.int16(0);
  }

  private static ByteBuf greeting() {
    Wire wire = new Wire().message('R', Wire.int32(0));
    String[] parameters = {
      "server_version", "18.0",
      "server_encoding", "UTF8",
      "client_encoding", "UTF8",
      "DateStyle", "ISO, MDY",
      "IntervalStyle", "postgres",
      "TimeZone", "UTC",
      "integer_datetimes", "on",
      "standard_conforming_strings", "on",
      "is_superuser", "on",
      "session_authorization", "bench",
      "application_name", "",
      "default_transaction_read_only", "off",
      "in_hot_standby", "off"
    };
    for (int i = 0; i < parameters.length; i += 2) {
      wire.message('S', parameters[i] + "\0" + parameters[i + 1] + "\0");
    }
    return wire.message('K', Wire.int32(1) + Wire.int32(1)).message('Z', "I").whole();
  }
}
