package io.trunkline.conf;

import io.trunkline.settings.Defaults;
import io.trunkline.settings.Setting;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What is logged, and how.
public record LogSettings(
    @Setting(value = "The least important lines that are written.", byDefault = "info")
        LogLevel level,
    @Setting(
            value =
                "Lines for people; or one JSON object a line: time, level, thread, logger, message"
                    + " and, where there is one, error; or lines as PgBouncer's begin: time, zone,"
                    + " [process], level, message.",
            byDefault = "text")
        LogFormat format,
    @Setting(
            "A file to write them to as well, at its end; opened anew at SIGHUP and the console's"
                + " RELOAD.")
        @Nullable Path file,
    @Setting(
            value = "Whether each login, and each new server connection, has a line.",
            byDefault = "false")
        boolean connections,
    @Setting(
            value =
                "Whether each end of a client's or a server's connection has a line, with its"
                    + " reason.",
            byDefault = "false")
        boolean disconnections,
    @Setting(value = "Whether each error that ends a client has a line.", byDefault = "true")
        boolean poolerErrors,
    @Setting(
            value = "Whether averages of the traffic have a line, each `stats_period`.",
            byDefault = "false")
        boolean stats,
    @Setting(
            value = "How long one period is that averages are over, in the log and on the console.",
            byDefault = "60s",
            atLeast = "1s",
            atMost = "1d")
        Duration statsPeriod,
    @Setting("The system's syslog.") SyslogSettings syslog) {

  public static LogSettings defaults() {
    return Defaults.of(LogSettings.class);
  }
}
