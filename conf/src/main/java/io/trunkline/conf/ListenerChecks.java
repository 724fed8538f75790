package io.trunkline.conf;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Finds listeners that cannot work beside each other, or lead nowhere.
final class ListenerChecks {

  private static final KeyPath LISTENERS = KeyPath.ROOT.child("listeners");
  private static final KeyPath DATABASES = KeyPath.ROOT.child("databases");
  private static final Set<String> ALL = Set.of("*", "0.0.0.0", "::");

  private static final Pattern PERMISSIONS = Pattern.compile("[0-7]{3,4}");

  private final ProxyConfig config;
  private final Findings findings;

  ListenerChecks(ProxyConfig config, Findings findings) {
    this.config = config;
    this.findings = findings;
  }

  void run() {
    List<ListenerSettings> listeners = config.listeners();
    if (listeners.isEmpty() && !findings.isBroken(LISTENERS)) {
      findings.add(LISTENERS, "an empty list", "at least one listener");
    }
    for (int i = 0; i < listeners.size(); i++) {
      KeyPath at = LISTENERS.item(i);
      portIsFree(i, at);
      unixSocketIsOne(listeners.get(i), at);
      clusterIsKnown(listeners.get(i), at);
      tagsAreSomewhere(listeners.get(i), at);
    }
    httpPortIsFree();
    for (Map.Entry<String, DatabaseSettings> database : config.databases().entrySet()) {
      String cluster = database.getValue().cluster();
      if (cluster != null) {
        exists(cluster, DATABASES.child(database.getKey()).child("cluster"));
      }
    }
  }

  private void portIsFree(int index, KeyPath at) {
    ListenerSettings listener = config.listeners().get(index);
    for (int i = 0; i < index && listener.port() != 0; i++) {
      ListenerSettings other = config.listeners().get(i);
      if (listener.port() == other.port() && overlap(listener.address(), other.address())) {
        findings.add(
            at.child("port"),
            Integer.toString(listener.port()),
            "a port that " + LISTENERS.item(i) + " does not have");
        return;
      }
    }
  }

  private void httpPortIsFree() {
    HttpSettings http = config.http();
    for (int i = 0; http != null && i < config.listeners().size(); i++) {
      ListenerSettings listener = config.listeners().get(i);
      if (http.port() != 0
          && http.port() == listener.port()
          && overlap(http.address(), listener.address())) {
        findings.add(
            KeyPath.ROOT.child("http").child("port"),
            Integer.toString(http.port()),
            "a port that " + LISTENERS.item(i) + " does not have");
      }
    }
  }

  private static boolean overlap(String address, String other) {
    return address.equals(other)
        || (!isUnix(address) && !isUnix(other) && (ALL.contains(address) || ALL.contains(other)));
  }

  private static boolean isUnix(String address) {
    return address.startsWith("/") || address.startsWith("@");
  }

  private void unixSocketIsOne(ListenerSettings listener, KeyPath at) {
    if (!PERMISSIONS.matcher(listener.unixMode()).matches()) {
      String found = KeyPath.quoted(listener.unixMode());
      findings.add(at.child("unix_mode"), found, "permissions, such as 0770");
    }
    if (!isUnix(listener.address())) {
      return;
    }
    if (listener.port() == 0) {
      findings.add(at.child("port"), "0", "a port: the Unix socket's name has it");
    }
    if (listener.tls().mode().usesTls()) {
      findings.add(at.child("tls"), "TLS", "none on a Unix socket");
    }
  }

  private void clusterIsKnown(ListenerSettings listener, KeyPath at) {
    if (listener.cluster() != null) {
      exists(listener.cluster(), at.child("cluster"));
    } else if (config.clusters().size() > 1 && !everyDatabaseSaysWhere()) {
      findings.add(at.child("cluster"), "nothing", names());
    }
  }

  private boolean everyDatabaseSaysWhere() {
    return !config.databases().isEmpty()
        && config.databases().values().stream().allMatch(d -> d.cluster() != null);
  }

  private void exists(String cluster, KeyPath at) {
    if (!config.clusters().containsKey(cluster) && !findings.isBroken(at)) {
      findings.add(
          at,
          KeyPath.quoted(cluster),
          names() + Suggestion.of(cluster, config.clusters().keySet()));
    }
  }

  private String names() {
    return "the name of a cluster: " + String.join(" | ", config.clusters().keySet());
  }

  /// Where all members are listed, tags that none of them has will never find one. Patroni's
  /// members have tags of their own.
  private void tagsAreSomewhere(ListenerSettings listener, KeyPath at) {
    boolean met =
        config.clusters().values().stream()
            .flatMap(cluster -> cluster.members().stream())
            .anyMatch(member -> member.tags().entrySet().containsAll(listener.tags().entrySet()));
    boolean listed = config.clusters().values().stream().allMatch(c -> c.patroni() == null);
    if (!met
        && listed
        && !listener.tags().isEmpty()
        && !findings.isBroken(ClusterChecks.CLUSTERS)) {
      findings.add(at.child("tags"), "tags no member has", "tags of at least one member");
    }
  }
}
