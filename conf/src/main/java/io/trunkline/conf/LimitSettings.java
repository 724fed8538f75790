package io.trunkline.conf;

import io.trunkline.settings.Defaults;
import io.trunkline.settings.Setting;
import java.time.Duration;

/// What clients may ask of this process.
public record LimitSettings(
    @Setting(
            value = "Clients connected at once, over all listeners; users of the console count.",
            byDefault = "10000",
            atLeast = "1",
            atMost = "1000000")
        int maxClientConnections,
    @Setting(
            value =
                "Users of the console let in beyond `max_client_connections`; the last of them must"
                    + " be an admin.",
            byDefault = "3",
            atMost = "1000")
        int reservedConsoleConnections,
    @Setting(
            value = "Clients of one user of whom `users` says nothing else; 0 is no limit.",
            byDefault = "0")
        int maxClientsPerUser,
    @Setting(
            value =
                "Clients that wait at once because there is no member to go to; one more gets an"
                    + " error at once.",
            byDefault = "10000",
            atMost = "1000000")
        int maxHeldClients,
    @Setting(
            value = "How long a client may take from connecting to the end of its login.",
            byDefault = "60s",
            atLeast = "10ms",
            atMost = "1h")
        Duration loginTimeout,
    @Setting(
            value =
                "How long a client may take to accept what it was sent before a `SUSPEND` of the"
                    + " console cuts it off.",
            byDefault = "10s",
            atMost = "1h")
        Duration suspendTimeout) {

  public static LimitSettings defaults() {
    return Defaults.of(LimitSettings.class);
  }
}
