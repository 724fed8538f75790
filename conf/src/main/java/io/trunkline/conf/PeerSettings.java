package io.trunkline.conf;

import io.trunkline.settings.HostPort;
import io.trunkline.settings.Setting;
import java.util.Map;

/// Other instances that clients may reach in place of this one, behind an address they share.
public record PeerSettings(
    @Setting(
            value = "The number of this instance; all others have another one.",
            required = true,
            atLeast = "1",
            atMost = "127")
        int self,
    @Setting(
            value =
                "The instances by their numbers, 1 to 127, this one or not: where each itself"
                    + " listens for clients, never the address they share. The port is 5432 if not"
                    + " given. A cancel request that belongs to another one is passed on to it.",
            required = true)
        Map<String, HostPort> instances) {

  /// Cancel keys have seven bits for it.
  public static final int NUMBER_MAX = 127;

  public PeerSettings {
    instances = ProxyConfig.inOrder(instances);
  }
}
