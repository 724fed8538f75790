package io.trunkline.bench.load;

/// What a client does again and again.
public enum Work {
  /// One Query with its answer.
  SIMPLE,
  /// The same, of which one in eight has a text of three thousand bytes.
  MIXED,
  /// Parse, Bind, Describe, Execute, Sync with the unnamed statement, as drivers do for a statement
  /// they see for the first time.
  EXTENDED,
  /// Bind, Execute, Sync with a statement prepared once for the connection.
  PREPARED,
  /// The seven statements of TPC-B in a transaction.
  TPCB,
  /// Connect, log in, one query, say goodbye.
  CONNECT,
  /// About 100 MB of rows.
  BIG_RESULT,
  /// About 100 MB of COPY TO STDOUT.
  COPY_OUT,
  /// About 100 MB of COPY FROM STDIN.
  COPY_IN;

  /// In which unit results are counted.
  public String unit() {
    return switch (this) {
      case SIMPLE, MIXED, EXTENDED, PREPARED -> "query";
      case TPCB -> "transaction";
      case CONNECT -> "connection";
      case BIG_RESULT, COPY_OUT, COPY_IN -> "MB";
    };
  }

  /// How many units one turn of a client is worth.
  public int units() {
    return switch (this) {
      case SIMPLE, MIXED, EXTENDED, PREPARED, TPCB, CONNECT -> 1;
      case BIG_RESULT, COPY_OUT, COPY_IN -> (int) (Requests.BULK_BYTES / 1_000_000);
    };
  }
}
