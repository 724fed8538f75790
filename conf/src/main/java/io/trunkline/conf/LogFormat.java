package io.trunkline.conf;

/// How a log line is written.
public enum LogFormat {
  TEXT,
  JSON
}
