package io.trunkline.proxy;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Log lines that begin as PgBouncer's: `2026-11-21 20:57:37.123 UTC [4711] LOG what happened`.
final class PgBouncerLines extends EncoderBase<ILoggingEvent> {
  private static final byte[] NOTHING = {};

  private final DateTimeFormatter time;
  private final long pid = ProcessHandle.current().pid();

  PgBouncerLines(ZoneId zone) {
    this.time =
        DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS zzz", Locale.ROOT).withZone(zone);
  }

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(256);
    line.append(time.format(Instant.ofEpochMilli(event.getTimeStamp())));
    line.append(" [").append(pid).append("] ").append(level(event)).append(' ');
    line.append(event.getFormattedMessage()).append('\n');
    if (event.getThrowableProxy() != null) {
      line.append(ThrowableProxyUtil.asString(event.getThrowableProxy())).append('\n');
    }
    return line.toString().getBytes(StandardCharsets.UTF_8);
  }

  /// PgBouncer's words: `log_level` in libusual's logging.c.
  private static String level(ILoggingEvent event) {
    return switch (event.getLevel().levelStr) {
      case "INFO" -> "LOG";
      case "WARN" -> "WARNING";
      case "TRACE" -> "NOISE";
      default -> event.getLevel().levelStr;
    };
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }
}
