package io.trunkline.conf;

import io.trunkline.settings.HostPort;
import io.trunkline.settings.Setting;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One PostgreSQL server of a cluster.
public record MemberSettings(
    @Setting("What it is called in logs and on the console; else its address is its name.")
        @Nullable String name,
    @Setting(
            value = "Where it listens, `host` or `host:port`; the port is 5432 if not given.",
            required = true,
            shorthand = true)
        HostPort address,
    @Setting("Labels listeners can ask for.") Map<String, String> tags) {

  public MemberSettings {
    tags = ProxyConfig.inOrder(tags);
  }

  /// Its name, or its address as it would be written.
  public String label() {
    return name != null ? name : address.toString();
  }
}
