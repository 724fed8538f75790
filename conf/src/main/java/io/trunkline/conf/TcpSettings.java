package io.trunkline.conf;

import io.trunkline.settings.Defaults;
import io.trunkline.settings.Setting;
import java.time.Duration;

/// What the system is told about TCP connections, those of clients and those to servers. tcp(7).
public record TcpSettings(
    @Setting(
            value = "Whether a peer is asked now and then if it is still there.",
            byDefault = "true")
        boolean keepalive,
    @Setting(
            value =
                "After how long a quiet peer is asked the first time; 0 is the system's default.",
            byDefault = "0",
            atMost = "9h")
        Duration keepaliveIdle,
    @Setting(
            value = "After how long it is asked again; 0 is the system's default.",
            byDefault = "0",
            atMost = "9h")
        Duration keepaliveInterval,
    @Setting(
            value = "How often it is asked before it is given up; 0 is the system's default.",
            byDefault = "0",
            atMost = "127")
        int keepaliveCount,
    @Setting(
            value =
                "How long data may stay unacknowledged before the connection is given up; 0 is the"
                    + " system's default. Not with the transport `nio`.",
            byDefault = "0",
            atMost = "1d")
        Duration userTimeout,
    @Setting(
            value =
                "Bytes of the system's send and receive buffers of each connection; 0 is the"
                    + " system's default.",
            byDefault = "0",
            atMost = "1000000000")
        int socketBuffer,
    @Setting(
            value =
                "How long the system keeps a new client to itself until it has sent something; 0"
                    + " hands it over at once. Not with the transport `nio`.",
            byDefault = "0",
            atMost = "1h")
        Duration deferAccept) {

  public static TcpSettings defaults() {
    return Defaults.of(TcpSettings.class);
  }
}
