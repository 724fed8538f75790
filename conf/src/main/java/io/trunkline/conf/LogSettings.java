package io.trunkline.conf;

import io.trunkline.settings.Defaults;
import io.trunkline.settings.Setting;

/// What is logged, and how.
public record LogSettings(
    @Setting(value = "The least important lines that are written.", byDefault = "info")
        LogLevel level,
    @Setting(
            value =
                "Lines for people, or one JSON object a line: time, level, thread, logger, message"
                    + " and, where there is one, error.",
            byDefault = "text")
        LogFormat format) {

  public static LogSettings defaults() {
    return Defaults.of(LogSettings.class);
  }
}
