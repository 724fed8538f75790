package io.trunkline.conf;

import io.trunkline.settings.Defaults;
import io.trunkline.settings.Setting;
import java.nio.file.Path;
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
        @Nullable Path file) {

  public static LogSettings defaults() {
    return Defaults.of(LogSettings.class);
  }
}
