package io.trunkline.conf;

import io.trunkline.settings.Defaults;
import io.trunkline.settings.Setting;
import java.time.Duration;

/// How the process uses its machine. Read once, at the start.
public record RuntimeSettings(
    @Setting(
            value = "Event loops, each a thread; 0 is one for each processor.",
            byDefault = "0",
            atMost = "1024")
        int eventLoops,
    @Setting(
            value = "How sockets are driven; `auto` is `epoll` where that works, else `nio`.",
            byDefault = "auto")
        TransportChoice transport,
    @Setting(
            value =
                "How long a process that is stopped by SIGTERM or SIGINT lets transactions end; a"
                    + " second signal stops it at once.",
            byDefault = "30s",
            atMost = "1d")
        Duration drainTimeout) {

  public static RuntimeSettings defaults() {
    return Defaults.of(RuntimeSettings.class);
  }
}
