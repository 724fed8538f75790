package io.trunkline.conf;

import io.trunkline.health.etcd.EtcdSettings;
import io.trunkline.settings.HostPort;
import io.trunkline.settings.Setting;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Other instances that clients may reach in place of this one, behind an address they share:
/// listed in the file, or found in etcd.
public record PeerSettings(
    @Setting(
            value =
                "The number of this instance; all others have another one. With `etcd` it need not"
                    + " be given: 0 takes the lowest that is free.",
            byDefault = "0",
            atMost = "127")
        int self,
    @Setting(
            "The instances by their numbers, 1 to 127, this one or not: where each itself listens"
                + " for clients, never the address they share. The port is 5432 if not given. A"
                + " cancel request that belongs to another one is passed on to it. Needed without"
                + " `etcd`.")
        Map<String, HostPort> instances,
    @Setting(
            "With `etcd`, where this instance itself listens for clients, never the address they"
                + " share: what it tells the others. The port is 5432 if not given.")
        @Nullable HostPort address,
    @Setting(
            "The etcd (version 3 API) in which instances find each other, in place of `instances`.")
        @Nullable EtcdSettings etcd,
    @Setting(
            value =
                "What the instances' keys in etcd begin with; groups of instances that share an"
                    + " etcd and no address need different ones.",
            byDefault = "/trunkline/peers/")
        String prefix,
    @Setting(
            value = "How long after its last word to etcd an instance counts as gone.",
            byDefault = "10s",
            atLeast = "3s",
            atMost = "10m")
        Duration ttl) {

  /// Cancel keys have seven bits for it.
  public static final int NUMBER_MAX = 127;

  private static final Set<String> ALL = Set.of("*", "0.0.0.0", "::");
  private static final int HOST_CHARS_MAX = 255;
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%-]+");

  public PeerSettings {
    instances = ProxyConfig.inOrder(instances);
  }

  /// What all keys begin with, to the slash before the numbers.
  public String keyPrefix() {
    return prefix.endsWith("/") ? prefix : prefix + "/";
  }

  /// Whether other machines can make something of this address: it is neither every address, nor a
  /// Unix socket, nor no name at all.
  public static boolean isForOthers(HostPort address) {
    String host = address.host();
    return !ALL.contains(host)
        && !address.isUnix()
        && host.length() <= HOST_CHARS_MAX
        && HOST.matcher(host).matches();
  }
}
