package io.trunkline.proxy.peers;

import io.trunkline.health.etcd.Etcd;
import io.trunkline.health.etcd.EtcdFailure;
import io.trunkline.health.etcd.Keyspace;
import io.trunkline.protocol.NanoTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// One connection to etcd, from its first read to its failure. Reads all keys, watches from there
/// on, and at each beat keeps the lease and reads again: the watch makes it fast, the reads make it
/// right. Used by one thread.
final class FleetTalk {
  private static final int ANSWERS_MAX = 10_000;

  private final BlockingQueue<Etcd.Answer> answers = new LinkedBlockingQueue<>(ANSWERS_MAX);
  private final Etcd etcd;
  private final Membership membership;
  private final Pace pace;
  private final NanoTime clock;
  private boolean watching;
  private boolean asking;
  private long askedNanos;
  private long store;

  /// The revision that was known when it was asked: no answer is older, but of another history.
  private long floor;

  /// @param beat between two reads
  /// @param timeout of an answer
  record Pace(Duration beat, Duration timeout) {}

  FleetTalk(Etcd etcd, Membership membership, Pace pace, NanoTime clock) {
    this.etcd = etcd;
    this.membership = membership;
    this.pace = pace;
    this.clock = clock;
  }

  /// Until it is interrupted or fails; returns why.
  ///
  /// @param connected run once etcd has answered
  String hold(Runnable connected) throws InterruptedException, EtcdFailure {
    ask();
    while (true) {
      switch (answers.poll(Math.max(0, due() - clock.now()), TimeUnit.NANOSECONDS)) {
        case null -> {
          if (asking && clock.now() - due() >= 0) {
            return "no answer and no timeout"; // the library should keep its own
          }
        }
        case Etcd.Answer.All(Keyspace all) -> {
          if (watching && (all.store() != store || all.revision() < floor)) {
            return "it was made anew"; // what is watched is not there any more
          }
          read(all, connected);
        }
        case Etcd.Answer.Changes(List<Keyspace.Change> changes) -> membership.change(changes);
        case Etcd.Answer.Failed(String reason) -> {
          return reason;
        }
      }
      if (!asking && membership.settle(etcd.leases())) {
        ask(); // what has been put must be there
      }
      if (!asking && clock.now() - due() >= 0) {
        membership.keep(etcd.leases());
        ask();
      }
    }
  }

  private void read(Keyspace all, Runnable connected) throws EtcdFailure, InterruptedException {
    asking = false;
    if (!watching) {
      watching = true;
      store = all.store();
      membership.begin(all);
      connected.run();
      etcd.watch(all.revision() + 1, this::listen);
      membership.keep(etcd.leases());
    } else {
      membership.confirm(all);
    }
  }

  private void ask() {
    askedNanos = clock.now();
    asking = true;
    floor = membership.revision();
    etcd.read(patience(), this::listen);
  }

  /// The first answer takes a connection, perhaps TLS and a login, before it.
  private Duration patience() {
    return watching ? pace.timeout() : pace.timeout().multipliedBy(3);
  }

  private long due() {
    return askedNanos + (asking ? patience().toNanos() * 2 : pace.beat().toNanos());
  }

  private void listen(Etcd.Answer answer) {
    if (!answers.offer(answer)) {
      answers.clear(); // then all is read anew
      answers.offer(new Etcd.Answer.Failed("more changes than can be followed"));
    }
  }
}
