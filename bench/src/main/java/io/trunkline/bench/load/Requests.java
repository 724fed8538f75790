package io.trunkline.bench.load;

import io.netty.buffer.ByteBuf;

/// What clients send.
final class Requests {
  /// What a bulk transfer moves, without headers.
  static final long BULK_BYTES = 100_000_000;

  static final int ROW_BYTES = 250;
  static final int BULK_ROWS = (int) (BULK_BYTES / ROW_BYTES);

  /// Rows made by a server that has to make them.
  private static final String BULK_ROWS_SQL =
      "SELECT repeat('x', %d) FROM generate_series(1, %d)".formatted(ROW_BYTES, BULK_ROWS);

  private static final String BULK = BULK_ROWS_SQL + "\0";
  private static final String BULK_OUT = "COPY (" + BULK_ROWS_SQL + ") TO STDOUT\0";
  private static final String BULK_IN = "COPY bench_sink FROM STDIN\0";

  private static final String STATEMENT = "balance\0";
  private static final String SELECT = "SELECT abalance FROM pgbench_accounts WHERE aid = ";

  /// Of the long ones among [Work#MIXED].
  private static final int LONG_BYTES = 3_000;

  private static final int LONG_ONE_IN = 8;

  /// Rows of COPY data sent in one write.
  private static final int ROWS_A_WRITE = 256;

  private Requests() {}

  /// One turn of a client.
  ///
  /// @param account the row it asks for
  static ByteBuf turn(Work work, int account, int depth) {
    Wire wire = new Wire();
    switch (work) {
      case SIMPLE, CONNECT -> wire.message('Q', SELECT + account + "\0");
      case MIXED -> wire.message('Q', SELECT + account + remark(account) + "\0");
      case EXTENDED -> {
        wire.message('P', "\0" + SELECT + "$1\0" + Wire.int16(0));
        bind(wire, "\0", account).message('D', "P\0");
        execute(wire);
      }
      case PREPARED -> execute(bind(wire, STATEMENT, account));
      case BIG_RESULT -> wire.message('Q', BULK);
      case COPY_OUT -> wire.message('Q', BULK_OUT);
      case COPY_IN -> wire.message('Q', BULK_IN);
      case TPCB -> throw new IllegalArgumentException("each turn of TPC-B is another");
    }
    return wire.times(depth).whole();
  }

  /// What makes some queries long.
  private static String remark(int account) {
    return account / 1_000 % LONG_ONE_IN == 0 ? " -- " + "x".repeat(LONG_BYTES) : "";
  }

  private static Wire bind(Wire wire, String statement, int account) {
    String value = Integer.toString(account);
    return wire.message(
        'B',
        "\0"
            + statement
            + Wire.int16(0)
            + Wire.int16(1)
            + Wire.int32(value.length())
            + value
            + Wire.int16(0));
  }

  private static void execute(Wire wire) {
    wire.message('E', "\0" + Wire.int32(0)).message('S', "");
  }

  /// What a client sends once before its first turn: one cycle, or nothing.
  static ByteBuf prologue(Work work) {
    Wire wire = new Wire();
    if (work == Work.PREPARED) {
      wire.message('P', STATEMENT + SELECT + "$1\0" + Wire.int16(0)).message('S', "");
    }
    return wire.whole();
  }

  /// COPY data of [#ROWS_A_WRITE] rows.
  static ByteBuf copyRows() {
    return new Wire().message('d', "x".repeat(ROW_BYTES - 1) + "\n").times(ROWS_A_WRITE).whole();
  }

  static int copyWrites() {
    return BULK_ROWS / ROWS_A_WRITE;
  }

  static ByteBuf copyDone() {
    return new Wire().message('c', "").whole();
  }

  static ByteBuf terminate() {
    return new Wire().message('X', "").whole();
  }
}
