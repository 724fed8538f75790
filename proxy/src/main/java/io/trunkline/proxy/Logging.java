package io.trunkline.proxy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.trunkline.conf.LogFormat;
import io.trunkline.conf.LogSettings;
import io.trunkline.conf.SyslogSettings;
import io.trunkline.proxy.session.ClientLog;
import java.time.ZoneId;
import java.util.Iterator;
import org.slf4j.LoggerFactory;

/// Makes this process log as its configuration says; before that it logs text from INFO upwards.
final class Logging {
  private static final String FILE = "file";
  private static final String SYSLOG = "syslog";

  /// Whether the command line asks for more than the configuration does.
  private static volatile boolean verbose;

  private Logging() {}

  static void apply(LogSettings settings) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      apply(settings, context);
    }
  }

  static void apply(LogSettings settings, LoggerContext context) {
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Level level = Level.valueOf(settings.level().name());
    root.setLevel(verbose && level.isGreaterOrEqual(Level.DEBUG) ? Level.DEBUG : level);
    silence(context, ClientLog.CONNECTIONS, settings.connections());
    silence(context, ClientLog.DISCONNECTIONS, settings.disconnections());
    silence(context, ClientLog.ERRORS, settings.poolerErrors());
    Iterator<Appender<ILoggingEvent>> appenders = root.iteratorForAppenders();
    appenders.forEachRemaining(appender -> {
      if (appender instanceof OutputStreamAppender<ILoggingEvent> stream) {
        Encoder<ILoggingEvent> encoder = encoder(settings.format(), stream);
        stream.stop();
        stream.setEncoder(encoder);
        stream.start();
      }
    });
    writeFile(settings, root);
    writeSyslog(settings.syslog(), root);
  }

  private static void silence(LoggerContext context, String name, boolean wanted) {
    context.getLogger(name).setLevel(wanted ? null : Level.OFF);
  }

  private static Encoder<ILoggingEvent> encoder(
      LogFormat format, OutputStreamAppender<ILoggingEvent> stream) {
    Encoder<ILoggingEvent> encoder =
        switch (format) {
          case TEXT -> stream.getEncoder();
          case JSON -> new JsonLines();
          case PGBOUNCER -> new PgBouncerLines(ZoneId.systemDefault());
        };
    encoder.setContext(stream.getContext());
    encoder.start();
    return encoder;
  }

  /// Writes each line to the file as it comes. A file of the same name is opened anew, for it may
  /// have been moved away meanwhile.
  private static void writeFile(LogSettings settings, Logger root) {
    Appender<ILoggingEvent> before = root.getAppender(FILE);
    if (before != null) {
      root.detachAppender(before);
      before.stop();
    }
    if (settings.file() == null) {
      return;
    }
    FileAppender<ILoggingEvent> file = new FileAppender<>();
    file.setContext(root.getLoggerContext());
    file.setName(FILE);
    file.setFile(settings.file().toString());
    file.setEncoder(fileEncoder(settings.format(), file));
    file.start();
    if (!file.isStarted()) {
      throw new IllegalStateException("cannot write the log to " + settings.file());
    }
    root.addAppender(file);
  }

  /// A socket that is not there loses lines, for a log must not stop a process.
  private static void writeSyslog(SyslogSettings settings, Logger root) {
    Appender<ILoggingEvent> before = root.getAppender(SYSLOG);
    if (before != null) {
      root.detachAppender(before);
      before.stop();
    }
    if (!settings.enabled()) {
      return;
    }
    Syslog syslog = new Syslog(settings, ZoneId.systemDefault());
    syslog.setContext(root.getLoggerContext());
    syslog.setName(SYSLOG);
    syslog.start();
    root.addAppender(syslog);
  }

  private static Encoder<ILoggingEvent> fileEncoder(
      LogFormat format, FileAppender<ILoggingEvent> file) {
    if (format == LogFormat.TEXT) {
      file.setEncoder(LogOutput.lines(file.getContext()));
    }
    return encoder(format, file);
  }

  /// Logs from DEBUG upwards at least, whatever the configuration says.
  static void beVerbose() {
    verbose = true;
  }

  /// Writes nothing to the standard output any more.
  static void beQuiet() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).detachAppender(LogOutput.NAME);
    }
  }
}
