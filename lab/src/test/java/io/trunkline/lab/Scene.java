package io.trunkline.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/// Who was what when a trial began, and the clients at work since. The conditions say why they do
/// not hold yet.
///
/// @param leader the primary at the beginning
/// @param replicas the standbys at the beginning
/// @param master the proxy that had the shared address at the beginning
/// @param backup the other proxy
record Scene(
    Lab lab,
    Crowd crowd,
    DataNode leader,
    List<DataNode> replicas,
    ProxyNode master,
    ProxyNode backup) {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /// So many writes in a row after a moment show that writes go on.
  private static final int WRITES = 20;

  static Scene of(Lab lab, Crowd crowd) {
    return new Scene(
        lab, crowd, lab.cluster().leader(), lab.cluster().replicas(), lab.master(), lab.backup());
  }

  DataNode replica() {
    return replicas.getFirst();
  }

  /// Waits for a condition.
  void awaiting(Function<Scene, Optional<String>> condition) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(() ->
            condition
                .apply(this)
                .ifPresent(why -> {
                  throw new AssertionError("not yet: " + why);
                }));
  }

  /// Another member has the leader key and is written to.
  Optional<String> anotherLeads() {
    if (replicas.stream().noneMatch(node -> node.says("/primary"))) {
      return Optional.of("no other leads");
    }
    return crowd.ledger().lastServer().equals(Optional.of(leader.address()))
        ? Optional.of("the old primary was the last that was written to")
        : Optional.empty();
  }

  /// The same, and Patroni on the old primary has understood. Until then Patroni 3.0 would take the
  /// key back when its network returns, whoever has it, and go on with a timeline of its own.
  Optional<String> anotherLeadsForGood() {
    return leader.saysToItself("/primary")
        ? Optional.of("Patroni on the old primary believes that it leads")
        : anotherLeads();
  }

  /// Another leads, and 5001 leads to the other replica alone, not to the old primary.
  Optional<String> anotherLeadsAlone() {
    return anotherLeads()
        .or(() -> {
          Set<String> others = addresses(replicas);
          replicas.stream()
              .filter(node -> node.says("/primary"))
              .forEach(node -> others.remove(node.address()));
          return readsReach(others);
        });
  }

  /// Somebody is written to on a higher timeline than at first.
  Optional<String> writtenOnANewTimeline() {
    return crowd.ledger().timelines() > 1
        ? Optional.empty()
        : Optional.of("nothing was written on a new timeline");
  }

  /// Writes succeed that are sent from now on.
  Optional<String> writtenNow() {
    long now = System.nanoTime();
    for (int i = 0; i < WRITES; i++) {
      if (crowd.ledger().begunSince(now) > 0) {
        return Optional.empty();
      }
      pause();
    }
    return Optional.of("nothing is written");
  }

  void writesGoOn() {
    assertThat(writtenNow()).isEmpty();
  }

  void nothingIsWritten() {
    assertThat(writtenNow()).as("why nothing is written").isPresent();
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  Optional<String> readsReachAllReplicas() {
    Set<String> all = addresses(lab.cluster().nodes());
    lab.cluster().findLeader().ifPresent(node -> all.remove(node.address()));
    return readsReach(all);
  }

  Optional<String> readsSpareTheReplica() {
    Set<String> others = addresses(replicas);
    others.remove(replica().address());
    return readsReach(others);
  }

  /// Without a leader 5001 leads to every member.
  Optional<String> everybodyIsReadFrom() {
    return lab.cluster()
        .findLeader()
        .map(node -> node.name() + " still leads")
        .or(() -> readsReach(addresses(lab.cluster().nodes())));
  }

  private Optional<String> readsReach(Set<String> expected) {
    return new Ports(lab.address()).differs(Lab.READ_PORT, expected);
  }

  /// The leader sees no replica in Patroni's keys.
  Optional<String> replicasAreForgotten() {
    String members = leader.patronictl("list", "-f", "tsv");
    return replicas.stream().anyMatch(node -> members.contains(node.name()))
        ? Optional.of("Patroni still lists the replicas")
        : Optional.empty();
  }

  private static Set<String> addresses(List<DataNode> nodes) {
    return nodes.stream().map(Node::address).collect(Collectors.toCollection(HashSet::new));
  }

  /// The other proxy has the address.
  Optional<String> backupServes() {
    return backup.holdsTheAddress() ? writtenNow() : Optional.of("the address has not moved");
  }

  /// One of the two has the address, whichever.
  Optional<String> oneServes() {
    boolean both = master.holdsTheAddress() && backup.holdsTheAddress();
    return both ? Optional.of("both have the address") : writtenNow();
  }
}
