package io.trunkline.proxy.peers;

import io.trunkline.conf.PeerSettings;
import io.trunkline.health.etcd.EtcdFailure;
import io.trunkline.health.etcd.EtcdLeases;
import io.trunkline.health.etcd.Keyspace;
import io.trunkline.settings.HostPort;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What this process has in etcd, its lease and its seat, and whom it knows there. Outlives
/// connections. Used by one thread but for the fleet, which anybody may look at.
final class Membership {
  private static final Logger log = LoggerFactory.getLogger(Membership.class);
  private static final String SOURCE = "etcd";

  /// Whoever may write to etcd may not fill the log.
  private static final int COMPLAINTS_MAX = 20;

  private final HostPort address;
  private final String owner;
  private final Duration ttl;
  private final Seating seating;
  private final Set<String> complaints = new HashSet<>();
  private final CountDownLatch verdict = new CountDownLatch(1);
  private Roll roll = new Roll(0, new TreeMap<>());
  private long lease;
  private int last;
  private String lastObstacle = "";
  private volatile Fleet fleet = new Fleet(0, new TreeMap<>(), SOURCE);

  /// @param owner a word that no other process has
  Membership(PeerSettings settings, String owner) {
    this.address = Objects.requireNonNull(settings.address());
    this.owner = owner;
    this.ttl = settings.ttl();
    this.seating = new Seating(settings.self(), address, owner);
  }

  Fleet fleet() {
    return fleet;
  }

  /// Waits until it has a number, or is known to have none for now.
  void awaitVerdict(Duration atMost) throws InterruptedException {
    if (!verdict.await(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
      log.warn("peers: no number yet; keys of clients that come now are known to nobody else");
    }
  }

  /// etcd does not answer: nobody need wait for it.
  void despair() {
    verdict.countDown();
  }

  /// The first answer over a connection, be it of the etcd of before or of another one.
  void begin(Keyspace all) {
    roll = Roll.of(all, this::complain);
  }

  /// A later answer over the same connection.
  void confirm(Keyspace all) {
    if (all.revision() >= roll.revision()) { // else the watch was faster
      roll = Roll.of(all, this::complain);
    }
  }

  /// Of what is known.
  long revision() {
    return roll.revision();
  }

  void change(List<Keyspace.Change> changes) {
    roll = roll.with(changes, this::complain);
  }

  private void complain(String complaint) {
    if (complaints.size() < COMPLAINTS_MAX && complaints.add(complaint)) {
      log.warn("peers: ignored in etcd: {}", complaint);
      if (complaints.size() == COMPLAINTS_MAX) {
        log.warn("peers: whatever else is to be ignored there is not told any more");
      }
    }
  }

  void keep(EtcdLeases leases) throws EtcdFailure, InterruptedException {
    if (lease != 0 && !leases.keep(lease)) {
      log.warn("peers: the lease has run out");
      lease = 0;
    }
  }

  /// Sees to it that this process has a number, and tells who there is.
  ///
  /// @return whether a number was taken, which the next answer shall confirm
  boolean settle(EtcdLeases leases) throws EtcdFailure, InterruptedException {
    return switch (seating.wish(roll)) {
      case Seating.Wish.Has(int number) -> {
        has(number);
        yield false;
      }
      case Seating.Wish.Take(int number, long modRevision) -> {
        if (fleet.self() != number) {
          publish(0); // whatever it was, it is not ours
        }
        yield take(number, modRevision, leases);
      }
      case Seating.Wish.None(String reason) -> {
        none(reason);
        yield false;
      }
    };
  }

  private boolean take(int number, long modRevision, EtcdLeases leases)
      throws EtcdFailure, InterruptedException {
    keep(leases);
    if (lease == 0) {
      lease = leases.grant(ttl);
    }
    String value = Seat.text(address, owner);
    return leases.claim(Integer.toString(number), value, modRevision, lease);
  }

  private void has(int number) {
    if (number != last && last != 0) {
      log.warn(
          "peers: number {} is another's now: from other instances, cancel requests with keys"
              + " of before find nobody",
          last);
    }
    if (number != fleet.self()) {
      log.info("peers: this instance has number={} address={}", number, address);
    }
    last = number;
    lastObstacle = "";
    publish(number);
    verdict.countDown();
  }

  private void none(String reason) {
    if (!reason.equals(lastObstacle)) {
      log.warn(
          "peers: this instance has no number, for {}; its keys are known to nobody else", reason);
      lastObstacle = reason;
    }
    publish(0);
    verdict.countDown();
  }

  private void publish(int self) {
    Fleet next = new Fleet(self, roll.instances(), SOURCE);
    Fleet before = fleet;
    if (!next.equals(before)) {
      tell(before, next);
      fleet = next;
    }
  }

  /// Who has come, moved or gone; at most as many lines as there are numbers.
  private static void tell(Fleet before, Fleet next) {
    Set<Integer> numbers = new TreeSet<>(before.instances().keySet());
    numbers.addAll(next.instances().keySet());
    for (int number : numbers) {
      HostPort was = before.other(number);
      HostPort is = next.other(number);
      if (is != null && !is.equals(was)) {
        log.info("peers: known number={} address={}", number, is);
      } else if (is == null && was != null) {
        log.info("peers: gone number={} address={}", number, was);
      }
    }
  }

  void leave(EtcdLeases leases) throws EtcdFailure, InterruptedException {
    if (lease != 0) {
      leases.revoke(lease);
      log.info("peers: left number={}", fleet.self());
    }
  }
}
