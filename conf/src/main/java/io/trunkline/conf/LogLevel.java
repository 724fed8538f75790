package io.trunkline.conf;

/// How important a log line is.
public enum LogLevel {
  ERROR,
  WARN,
  INFO,
  DEBUG,
  TRACE
}
