package io.trunkline.health;

import io.trunkline.settings.HostPort;
import io.trunkline.settings.Secret;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the probe reaches one member.
///
/// @param member the member's name
/// @param database any database of the cluster; `postgres` exists almost everywhere
/// @param user needs LOGIN and, for all that a look can find, the role `pg_monitor`; see
///   [ProbeQuery]
/// @param password null where the server asks for none
/// @param tls null to speak without TLS
/// @param properties further connection properties of the driver, which win over ours
public record ProbeTarget(
    String member,
    HostPort address,
    String database,
    String user,
    @Nullable Secret password,
    @Nullable ProbeTls tls,
    Map<String, String> properties) {
  public ProbeTarget {
    properties = Map.copyOf(properties);
  }
}
