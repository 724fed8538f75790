package io.trunkline.conf.pgbouncer;

import io.trunkline.settings.HostPort;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The clusters the hosts of the databases make. PgBouncer knows hosts only: those one database
/// names are the members of one cluster, and databases with the same hosts share it. Nobody has an
/// account for probes there, so of several members it is asked whether they accept connections, and
/// of one nothing.
final class Servers {

  /// What makes a cluster another one.
  private record Hosts(List<HostPort> members, boolean inTurn) {

    String name() {
      StringBuilder name = new StringBuilder();
      for (HostPort member : members) {
        name.append(name.isEmpty() ? "" : ",");
        name.append(member.port() == 5432 ? member.host() : member.toString());
      }
      return inTurn || members.size() == 1 ? name.toString() : name + " in order";
    }
  }

  private final Map<Hosts, @Nullable Place> known = new LinkedHashMap<>();
  private final String socketDirectory;
  private final Report report;

  /// @param socketDirectory where a database is that has no host
  Servers(String socketDirectory, Report report) {
    this.socketDirectory = socketDirectory;
    this.report = report;
  }

  /// The name of the cluster a database is in; null after telling what is wrong.
  @Nullable String of(Assignments database) {
    int port = database.number("port");
    Set<HostPort> members = new LinkedHashSet<>();
    for (String host : hosts(database)) {
      try {
        members.add(new HostPort(host, port));
      } catch (IllegalArgumentException expected) {
        report.mistake(database.place("port"), "no such port", "1 to 65535");
        return null;
      }
    }
    if (members.isEmpty()) {
      report.mistake(
          database.place("host"), "no host, and no unix_socket_dir to look in", "one of them");
      return null;
    }
    boolean inTurn = balance(database);
    Hosts hosts = new Hosts(List.copyOf(members), inTurn || members.size() == 1);
    known.putIfAbsent(hosts, database.place("host"));
    return hosts.name();
  }

  private List<String> hosts(Assignments database) {
    String text = database.text("host");
    List<String> hosts = new ArrayList<>();
    for (String host : (text.isEmpty() ? socketDirectory : text).split(",")) {
      if (!host.isBlank()) {
        hosts.add(host.strip());
      }
    }
    if (hosts.size() > 1) {
      report.lost(database.place("host"), "the size of a pool is that on each of several hosts");
    }
    return hosts;
  }

  private boolean balance(Assignments database) {
    String word = database.text("load_balance_hosts");
    if (!word.equals("round-robin") && !word.equals("disable")) {
      report.mistake(database.place("load_balance_hosts"), "no such word", "round-robin | disable");
    }
    return !word.equals("disable");
  }

  /// Every cluster.
  ///
  /// @param common what all of them have
  /// @param hold how long a client waits while no member lives
  Draft.Section clusters(Draft.Section common, String hold) {
    Draft.Section clusters = new Draft.Section();
    known.forEach((hosts, place) -> {
      Draft.Section cluster = one(hosts, place);
      cluster.add(common);
      if (hosts.members.size() > 1) {
        cluster.set("hold", hold, null);
      }
      clusters.put(hosts.name(), cluster);
    });
    return clusters;
  }

  private static Draft.Section one(Hosts hosts, @Nullable Place place) {
    Draft.Section cluster = new Draft.Section();
    List<Draft> members = new ArrayList<>();
    int digits = Integer.toString(hosts.members.size()).length();
    for (HostPort member : hosts.members) {
      Draft.Section declared = new Draft.Section();
      if (!hosts.inTurn) { // the order of the names is that of the file
        String number = ("%0" + digits + "d").formatted(members.size() + 1);
        declared.set("name", number + " " + member, place);
      }
      declared.set("address", member.toString(), place);
      members.add(declared);
    }
    cluster.set("members", new Draft.Items(members));
    cluster.set("probe.method", members.size() == 1 ? "none" : "connect", null);
    if (members.size() > 1) {
      cluster.set("routing.balance", hosts.inTurn ? "round-robin" : "first", place);
    }
    return cluster;
  }
}
