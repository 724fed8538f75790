package io.trunkline.proxy;

import io.trunkline.proxy.rig.Postgres;
import java.io.IOException;

/// The tables the relay scripts read and write.
final class RelayTables {
  private RelayTables() {}

  /// Nobody reads `sink`, so that two runs of a script see the same.
  static void create() throws IOException {
    Postgres.shared()
        .run(
            "DROP TABLE IF EXISTS numbers, sink, promises",
            "CREATE TABLE numbers AS SELECT n, 'number ' || n AS t FROM generate_series(1, 1000) n",
            "CREATE TABLE sink (n int)",
            "CREATE TABLE promises (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)",
            "INSERT INTO promises VALUES (-1)",
            "GRANT ALL ON numbers, sink, promises TO app",
            "ALTER DATABASE app SET max_parallel_workers_per_gather = 0");
  }
}
