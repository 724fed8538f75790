package io.trunkline.health;

import io.trunkline.protocol.tls.ServerTlsSettings;
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
/// @param tls as for the cluster's clients, as far as the driver knows it: see [ProbeTls]
/// @param properties further connection properties of the driver, which win over ours
public record ProbeTarget(
    String member,
    HostPort address,
    String database,
    String user,
    @Nullable Secret password,
    ServerTlsSettings tls,
    Map<String, String> properties) {
  public ProbeTarget {
    properties = Map.copyOf(properties);
  }

  /// The target for a member of a cluster with these settings.
  public static ProbeTarget of(
      DeclaredMember member, ProbeSettings settings, ServerTlsSettings tls) {
    return new ProbeTarget(
        member.name(),
        member.address(),
        settings.database(),
        settings.user(),
        settings.password(),
        tls,
        Map.of());
  }
}
