package io.trunkline.routing;

import io.trunkline.settings.ByteSize;
import io.trunkline.settings.Defaults;
import io.trunkline.settings.Partial;
import io.trunkline.settings.Setting;
import java.time.Duration;

/// Which members reads may go to, and how one of them is chosen.
public record RoutingSettings(
    @Setting(
            value = "How one of several eligible members is chosen.",
            byDefault = "least-connections")
        Balance balance,
    @Setting(
            value = "A standby further behind the primary than this gets no reads; 0 is no limit.",
            byDefault = "0")
        ByteSize maxLagBytes,
    @Setting(
            value =
                "A standby whose last replayed transaction is older than this, while it is behind,"
                    + " gets no reads; 0 is no limit.",
            byDefault = "0")
        Duration maxLag,
    @Setting(
            value =
                "How long a standby that has come back takes until it gets its full share of reads;"
                    + " 0 gives it at once.",
            byDefault = "10s",
            atMost = "1h")
        Duration slowStart,
    @Setting(
            value =
                "Server connections to the primary that one pool of clients with the role"
                    + " `prefer-replica` may have while no standby is eligible; the others wait for"
                    + " one of these, or for a standby. 0 is as many as `pool.size`.",
            byDefault = "0",
            atMost = "100000")
        int fallbackSize) {

  public static RoutingSettings defaults() {
    return Defaults.of(RoutingSettings.class);
  }

  /// These settings with some of them replaced.
  public RoutingSettings with(Partial<RoutingSettings> override) {
    return override.over(this);
  }
}
