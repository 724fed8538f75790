package io.trunkline.proxy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import io.trunkline.conf.LogFormat;
import io.trunkline.conf.LogSettings;
import java.util.Iterator;
import org.slf4j.LoggerFactory;

/// Makes this process log as its configuration says; before that it logs text from INFO upwards.
final class Logging {
  private Logging() {}

  static void apply(LogSettings settings) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      apply(settings, context);
    }
  }

  static void apply(LogSettings settings, LoggerContext context) {
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.valueOf(settings.level().name()));
    if (settings.format() == LogFormat.JSON) {
      Iterator<Appender<ILoggingEvent>> appenders = root.iteratorForAppenders();
      appenders.forEachRemaining(Logging::writeJson);
    }
  }

  private static void writeJson(Appender<ILoggingEvent> appender) {
    if (appender instanceof OutputStreamAppender<ILoggingEvent> stream) {
      JsonLines lines = new JsonLines();
      lines.setContext(stream.getContext());
      lines.start();
      stream.stop();
      stream.setEncoder(lines);
      stream.start();
    }
  }
}
