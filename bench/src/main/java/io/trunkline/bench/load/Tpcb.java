package io.trunkline.bench.load;

import java.util.List;
import java.util.random.RandomGenerator;

/// The transaction of TPC-B as pgbench runs it: seven statements, each a simple query. PostgreSQL
/// docs, "pgbench", "What Is the 'Transaction' Actually Performed in pgbench?".
public final class Tpcb {
  static final int SCALE = 10;
  private static final int ACCOUNTS = 100_000;
  private static final int TELLERS = 10;
  private static final int DELTA_MAX = 5_000;

  private Tpcb() {}

  static List<String> transaction(RandomGenerator random) {
    int account = 1 + random.nextInt(ACCOUNTS * SCALE);
    int branch = 1 + random.nextInt(SCALE);
    int teller = 1 + random.nextInt(TELLERS * SCALE);
    int delta = random.nextInt(-DELTA_MAX, DELTA_MAX + 1);
    return List.of(
        "BEGIN",
        "UPDATE pgbench_accounts SET abalance = abalance + %d WHERE aid = %d"
            .formatted(delta, account),
        "SELECT abalance FROM pgbench_accounts WHERE aid = " + account,
        "UPDATE pgbench_tellers SET tbalance = tbalance + %d WHERE tid = %d"
            .formatted(delta, teller),
        "UPDATE pgbench_branches SET bbalance = bbalance + %d WHERE bid = %d"
            .formatted(delta, branch),
        "INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (%d, %d, %d, %d, now())"
            .formatted(teller, branch, account, delta),
        "END");
  }

  /// What makes the tables of [#transaction] and of the other queries.
  public static List<String> tables() {
    return List.of(
        "CREATE TABLE pgbench_branches (bid int PRIMARY KEY, bbalance int, filler char(88))",
        "CREATE TABLE pgbench_tellers (tid int PRIMARY KEY, bid int, tbalance int)",
        "CREATE TABLE pgbench_accounts (aid int PRIMARY KEY, bid int, abalance int)",
        "CREATE TABLE pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp)",
        "CREATE UNLOGGED TABLE bench_sink (line text)",
        "INSERT INTO pgbench_branches SELECT n, 0 FROM generate_series(1, %d) n".formatted(SCALE),
        "INSERT INTO pgbench_tellers SELECT n, (n - 1) / %d + 1, 0 FROM generate_series(1, %d) n"
            .formatted(TELLERS, TELLERS * SCALE),
        "INSERT INTO pgbench_accounts SELECT n, (n - 1) / %d + 1, 0 FROM generate_series(1, %d) n"
            .formatted(ACCOUNTS, ACCOUNTS * SCALE),
        "VACUUM ANALYZE");
  }
}
