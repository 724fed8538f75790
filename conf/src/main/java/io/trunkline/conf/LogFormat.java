package io.trunkline.conf;

/// How a log line is written.
public enum LogFormat {
  TEXT,
  JSON,
  /// As PgBouncer writes them, for those who read its log by program.
  PGBOUNCER
}
