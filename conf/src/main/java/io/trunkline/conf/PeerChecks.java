package io.trunkline.conf;

/// Finds peers that no cancel key could name, or none at all.
final class PeerChecks {
  private static final KeyPath INSTANCES = KeyPath.ROOT.child("peers").child("instances");

  private final ProxyConfig config;
  private final Findings findings;

  PeerChecks(ProxyConfig config, Findings findings) {
    this.config = config;
    this.findings = findings;
  }

  void run() {
    PeerSettings peers = config.peers();
    if (peers == null || findings.isBroken(INSTANCES)) {
      return;
    }
    for (String number : peers.instances().keySet()) {
      if (!isNumber(number)) {
        findings.add(
            INSTANCES.child(number),
            KeyPath.quoted(number),
            "a number from 1 to " + PeerSettings.NUMBER_MAX);
      }
    }
    String self = Integer.toString(peers.self());
    if (peers.instances().keySet().stream().allMatch(self::equals)) {
      findings.add(INSTANCES, "no instance but this one", "at least one other instance");
    }
  }

  private static boolean isNumber(String text) {
    return text.matches("[1-9][0-9]{0,2}") && Integer.parseInt(text) <= PeerSettings.NUMBER_MAX;
  }
}
