package io.trunkline.proxy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.trunkline.conf.SyslogSettings;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Sends log lines to the system's syslog, over its Unix socket, as syslog(3) would: RFC 3164.
final class Syslog extends AppenderBase<ILoggingEvent> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT);

  private static final int ERROR = 3;
  private static final int WARNING = 4;
  private static final int INFO = 6;
  private static final int DEBUG = 7;
  private static final int FACILITY_BITS = 3;

  private final SyslogSettings settings;
  private final ZoneId zone;
  private final long pid = ProcessHandle.current().pid();
  private @Nullable Datagrams socket;

  Syslog(SyslogSettings settings, ZoneId zone) {
    this.settings = settings;
    this.zone = zone;
  }

  @Override
  public void start() {
    socket = Datagrams.to(settings.socket());
    super.start();
  }

  @Override
  public void stop() {
    super.stop();
    Datagrams open = socket;
    socket = null;
    if (open != null) {
      open.close();
    }
  }

  @Override
  protected void append(ILoggingEvent event) {
    Datagrams open = socket;
    if (open != null) {
      open.send(line(event).getBytes(StandardCharsets.UTF_8));
    }
  }

  String line(ILoggingEvent event) {
    int priority = settings.facility().number() << FACILITY_BITS | severity(event.getLevel());
    return "<%d>%s %s[%d]: %s"
        .formatted(
            priority,
            TIME.format(Instant.ofEpochMilli(event.getTimeStamp()).atZone(zone)),
            settings.ident(),
            pid,
            event.getFormattedMessage());
  }

  private static int severity(Level level) {
    return switch (level.levelInt) {
      case Level.ERROR_INT -> ERROR;
      case Level.WARN_INT -> WARNING;
      case Level.INFO_INT -> INFO;
      default -> DEBUG;
    };
  }
}
