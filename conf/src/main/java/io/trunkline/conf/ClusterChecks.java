package io.trunkline.conf;

import io.trunkline.settings.HostPort;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Finds clusters whose members cannot be told apart.
final class ClusterChecks {

  static final KeyPath CLUSTERS = KeyPath.ROOT.child("clusters");

  private final ProxyConfig config;
  private final Findings findings;

  ClusterChecks(ProxyConfig config, Findings findings) {
    this.config = config;
    this.findings = findings;
  }

  void run() {
    if (config.clusters().isEmpty() && !findings.isBroken(CLUSTERS)) {
      findings.add(CLUSTERS, "no cluster", "at least one cluster");
    }
    config
        .clusters()
        .forEach((name, cluster) -> membersDiffer(cluster, CLUSTERS.child(name).child("members")));
  }

  private void membersDiffer(ClusterSettings cluster, KeyPath at) {
    if (findings.isBroken(at)) {
      return;
    }
    List<MemberSettings> members = cluster.members();
    if (members.isEmpty() && cluster.patroni() == null) {
      findings.add(at, "no member", "at least one member, or patroni, which knows them");
    }
    Map<HostPort, KeyPath> addresses = new HashMap<>();
    Map<String, KeyPath> labels = new HashMap<>();
    for (int i = 0; i < members.size(); i++) {
      MemberSettings member = members.get(i);
      KeyPath path = at.item(i);
      KeyPath sameAddress = addresses.putIfAbsent(member.address(), path);
      KeyPath sameLabel = labels.putIfAbsent(member.label(), path);
      if (sameAddress != null) {
        findings.add(
            path.child("address"),
            member.address().toString(),
            "an address that " + sameAddress + " does not have");
      } else if (sameLabel != null) {
        findings.add(
            path.child("name"),
            KeyPath.quoted(member.label()),
            "a name that " + sameLabel + " does not have");
      }
    }
  }
}
