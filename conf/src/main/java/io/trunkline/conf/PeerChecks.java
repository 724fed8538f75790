package io.trunkline.conf;

import io.trunkline.settings.HostPort;

/// Finds peers that no cancel key could name, that nobody could reach, or none at all.
final class PeerChecks {
  private static final KeyPath PEERS = KeyPath.ROOT.child("peers");
  private static final KeyPath INSTANCES = PEERS.child("instances");

  private final ProxyConfig config;
  private final Findings findings;

  PeerChecks(ProxyConfig config, Findings findings) {
    this.config = config;
    this.findings = findings;
  }

  void run() {
    PeerSettings peers = config.peers();
    if (peers == null || findings.isBroken(PEERS)) {
      return;
    }
    if (peers.etcd() == null) {
      listed(peers);
    } else {
      found(peers);
    }
  }

  private void listed(PeerSettings peers) {
    if (peers.self() == 0) {
      findings.add(
          PEERS.child("self"),
          "nothing",
          "a number from 1 to " + PeerSettings.NUMBER_MAX + ", or etcd, which gives one");
    }
    if (peers.address() != null) {
      findings.add(
          PEERS.child("address"), "an address without etcd", "the address in instances, or etcd");
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
      findings.add(
          INSTANCES,
          "no instance but this one",
          "at least one other instance, or etcd, which knows");
    }
  }

  private void found(PeerSettings peers) {
    if (!peers.instances().isEmpty()) {
      findings.add(INSTANCES, "instances beside etcd", "one of both: etcd knows the instances");
    }
    HostPort address = peers.address();
    if (address == null || !PeerSettings.isForOthers(address)) {
      findings.add(
          PEERS.child("address"),
          address == null ? "nothing" : KeyPath.quoted(address.toString()),
          "the host and port at which the other instances reach this one");
    }
    if (!peers.prefix().startsWith("/") || !peers.prefix().chars().allMatch(c -> c > ' ')) {
      findings.add(
          PEERS.child("prefix"),
          KeyPath.quoted(peers.prefix()),
          "a text that begins with / and has no blanks");
    }
  }

  private static boolean isNumber(String text) {
    return text.matches("[1-9][0-9]{0,2}") && Integer.parseInt(text) <= PeerSettings.NUMBER_MAX;
  }
}
