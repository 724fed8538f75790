package io.trunkline.proxy.peers;

import io.trunkline.conf.PeerSettings;
import io.trunkline.health.etcd.EndpointTurns;
import io.trunkline.health.etcd.Etcd;
import io.trunkline.health.etcd.EtcdFailure;
import io.trunkline.health.etcd.EtcdSettings;
import io.trunkline.health.etcd.ForeignText;
import io.trunkline.health.etcd.StoreAddress;
import io.trunkline.protocol.NanoTime;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the other instances in etcd, and has a number there itself, by a key that lives as long as
/// its lease is kept. Over one connection to one endpoint at a time; whatever fails ends that, and
/// all is read anew from the next endpoint, for ever.
///
/// While etcd cannot be reached everybody stays whom they were last known to be, this instance too:
/// nobody can take its number from it while etcd is gone for all. If etcd is gone for this instance
/// alone, another may be given the number once the lease has run out, which is noticed at the next
/// answer. Until then a cancel request with a key of that number finds the other one, which does
/// not know it: it is lost, and nobody is cancelled by mistake.
final class FleetWatch implements FleetSource {
  private static final Logger log = LoggerFactory.getLogger(FleetWatch.class);

  /// Neither start nor end of the process wait longer for etcd, however patient its settings are.
  private static final Duration WAIT_MOST = Duration.ofSeconds(5);

  private final PeerSettings settings;
  private final EtcdSettings etcd;
  private final Etcd.Dialler dialler;
  private final NanoTime clock;
  private final EndpointTurns turns;
  private final Membership membership;
  private final Thread thread;
  private volatile boolean closed;
  private String lastFailure = "";

  FleetWatch(
      PeerSettings settings,
      EtcdSettings etcd,
      Etcd.Dialler dialler,
      NanoTime clock,
      RandomGenerator random) {
    this.settings = settings;
    this.etcd = etcd;
    this.dialler = dialler;
    this.clock = clock;
    this.turns = new EndpointTurns(etcd.addresses(), random);
    this.membership = new Membership(settings, "%016x".formatted(random.nextLong()));
    this.thread = Thread.ofVirtual().name("peers").unstarted(this::run);
  }

  @Override
  public Fleet fleet() {
    return membership.fleet();
  }

  /// Waits until it is known which number this instance has, or that it has none for now; not for
  /// longer than a connection may take.
  @Override
  public void start() {
    thread.start();
    try {
      membership.awaitVerdict(atMost(etcd.timeout().multipliedBy(3)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    thread.interrupt();
    try {
      thread.join(atMost(etcd.timeout().multipliedBy(2)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Duration atMost(Duration wait) {
    return wait.compareTo(WAIT_MOST) < 0 ? wait : WAIT_MOST;
  }

  private void run() {
    try {
      while (!closed) {
        StoreAddress endpoint = turns.current();
        long began = clock.now();
        String reason = follow(endpoint);
        if (clock.now() - began > etcd.interval().toNanos() * 2) {
          turns.served();
        } else {
          turns.failed();
        }
        if (!closed) {
          complain(endpoint, reason);
          turns.await();
        }
      }
    } catch (InterruptedException expected) { // closed
      Thread.currentThread().interrupt();
    }
  }

  /// Uses one endpoint until it fails; returns why.
  private String follow(StoreAddress endpoint) throws InterruptedException {
    try (Etcd connection = dialler.dial(endpoint)) {
      try {
        return new FleetTalk(connection, membership, pace(), clock).hold(() -> connected(endpoint));
      } finally {
        if (closed) {
          leave(connection);
        }
      }
    } catch (EtcdFailure e) {
      return String.valueOf(e.getMessage());
    } catch (RuntimeException e) { // of the library or of bad TLS files; the next try may succeed
      return ForeignText.oneLine(String.valueOf(e.getMessage()));
    }
  }

  /// Often enough that a lease survives two lost answers.
  private FleetTalk.Pace pace() {
    Duration third = settings.ttl().dividedBy(3);
    Duration beat = etcd.interval().compareTo(third) < 0 ? etcd.interval() : third;
    return new FleetTalk.Pace(beat, etcd.timeout());
  }

  private void connected(StoreAddress endpoint) {
    log.info("peers: etcd followed endpoint={} prefix={}", endpoint, settings.keyPrefix());
    lastFailure = "";
  }

  /// Once for each way to fail, not for each time.
  private void complain(StoreAddress endpoint, String reason) {
    String failure = endpoint + ": " + reason;
    if (!failure.equals(lastFailure)) {
      log.warn("peers: etcd lost endpoint={} reason=\"{}\"", endpoint, reason);
    }
    lastFailure = failure;
    if (turns.isExhausted()) {
      membership.despair();
    }
  }

  private void leave(Etcd connection) throws InterruptedException {
    Thread.interrupted(); // it has told us to close, and must not keep us from doing so
    try {
      membership.leave(connection.leases());
    } catch (EtcdFailure e) {
      log.info("peers: the lease is left to run out reason=\"{}\"", e.getMessage());
    }
  }
}
