package io.trunkline.conf;

import io.trunkline.settings.ByteSize;
import io.trunkline.settings.Defaults;
import io.trunkline.settings.Setting;
import java.time.Duration;

/// What clients may ask of this process.
public record LimitSettings(
    @Setting(
            value = "Clients connected at once, over all listeners.",
            byDefault = "10000",
            atLeast = "1",
            atMost = "1000000")
        int maxClientConnections,
    @Setting(
            value = "How long a client may take from connecting to the end of its login.",
            byDefault = "60s",
            atLeast = "10ms",
            atMost = "1h")
        Duration loginTimeout,
    @Setting(
            value = "The largest first packet of a client; PostgreSQL's own bound is 10000 bytes.",
            byDefault = "10000B",
            atLeast = "256B",
            atMost = "64KiB")
        ByteSize startupPacketMax,
    @Setting(
            value = "The largest message of a client that has not logged in yet.",
            byDefault = "64KiB",
            atLeast = "1KiB",
            atMost = "1MiB")
        ByteSize loginMessageMax,
    @Setting(
            value =
                "The largest message passed on; larger ones end the connection. PostgreSQL's own"
                    + " bound is a little below 1GiB.",
            byDefault = "1GiB",
            atLeast = "64KiB",
            atMost = "1GiB")
        ByteSize messageMax) {

  public static LimitSettings defaults() {
    return Defaults.of(LimitSettings.class);
  }
}
