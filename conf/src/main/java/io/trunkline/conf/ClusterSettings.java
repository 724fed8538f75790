package io.trunkline.conf;

import io.trunkline.health.ProbeSettings;
import io.trunkline.health.patroni.PatroniSettings;
import io.trunkline.protocol.tls.ServerTlsSettings;
import io.trunkline.routing.RoutingSettings;
import io.trunkline.settings.Setting;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One PostgreSQL cluster: a primary and its standbys, whichever of them is which.
public record ClusterSettings(
    @Setting(
            "Its members. With `patroni` they are found: then one given here is what its name says"
                + " to Patroni, and only gets another address and more tags.")
        List<MemberSettings> members,
    @Setting("Patroni, where it runs the cluster: who is a member and who may lead.")
        @Nullable PatroniSettings patroni,
    @Setting("How members are asked who they are.") ProbeSettings probe,
    @Setting("TLS with its servers, for clients and probes alike.") ServerTlsSettings tls,
    @Setting("Which members reads go to.") RoutingSettings routing,
    @Setting(
            value =
                "How long a client that wants to begin work waits for an eligible member before it"
                    + " gets an error; 0 refuses at once.",
            byDefault = "30s",
            atMost = "1d")
        Duration hold,
    @Setting(
            value = "The newest protocol version asked of its servers: 3.0 or 3.2.",
            byDefault = "3.2")
        WireVersion protocol,
    @Setting(
            value = "Server connections to one member over all its pools; 0 is no limit.",
            byDefault = "0")
        int maxMemberConnections) {

  public ClusterSettings {
    members = List.copyOf(members);
  }
}
