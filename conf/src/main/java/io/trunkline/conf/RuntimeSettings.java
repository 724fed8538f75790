package io.trunkline.conf;

import io.trunkline.settings.Defaults;
import io.trunkline.settings.Setting;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

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
        Duration drainTimeout,
    @Setting(
            value =
                "At SIGTERM let clients stay until they leave, however long that takes, and only"
                    + " take no new ones.",
            byDefault = "false")
        boolean waitForClients,
    @Setting("A file that has the process id while it runs.") @Nullable Path pidFile,
    @Setting(
            "The directory in which the highest timeline of each cluster is remembered, so that no"
                + " restart makes an older primary the leader; made if it is not there. Without it"
                + " that is remembered while the process runs.")
        @Nullable Path stateDir,
    @Setting("TCP connections of clients and to servers.") TcpSettings tcp) {

  public static RuntimeSettings defaults() {
    return Defaults.of(RuntimeSettings.class);
  }
}
