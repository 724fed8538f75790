package io.trunkline.health.patroni;

import io.trunkline.health.etcd.EndpointTurns;
import io.trunkline.health.etcd.Etcd;
import io.trunkline.health.etcd.EtcdSettings;
import io.trunkline.health.etcd.ForeignText;
import io.trunkline.health.etcd.Keyspace;
import io.trunkline.health.etcd.StoreAddress;
import io.trunkline.health.etcd.StoreHistory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows Patroni's keys in etcd: reads them all, watches from there on, and asks for them again
/// at an interval. The watch makes it fast, the reads make it right: a linearizable read is
/// answered by a member that has a quorum behind it or not at all, so that each answer confirms the
/// leader key, and what a watch has lost or an idle connection has swallowed is found.
///
/// One endpoint is used at a time, over one connection. Whatever fails, be it a read that takes too
/// long, a watch that ends, revisions that were compacted or a token that has expired, ends that
/// connection, and everything is read anew from the next endpoint: for ever, with pauses once all
/// have failed.
///
/// A confirmation is good for Patroni's `ttl`, counted from when it was asked for. A leader that
/// cannot reach etcd stops being one within that time, and nobody else may be one before.
///
/// An etcd that was lost and made anew is followed as well ([StoreHistory]).
final class PatroniWatch implements AutoCloseable {
  static final String SOURCE = "etcd";

  private static final Logger LOG = LoggerFactory.getLogger(PatroniWatch.class);
  private static final int ANSWERS_MAX = 10_000;

  private final String cluster;
  private final EtcdSettings settings;
  private final EndpointTurns turns;
  private final StoreHistory history;
  private final Etcd.Dialler dialler;
  private final LongSupplier nanoTime;
  private final Thread thread;
  private Consumer<Told> listener = _ -> {};
  private volatile boolean closed;

  /// Null before etcd has answered for the first time.
  private @Nullable Keyspace keys;

  /// What the history before said. Patroni puts its keys into an etcd that was made anew one after
  /// the other; until there is a leader's, members known before are members all the same, so that
  /// reads go on.
  private PatroniView former = PatroniView.NOTHING;

  private PatroniKeys.Reading reading = new PatroniKeys.Reading(PatroniView.NOTHING, List.of());
  private long confirmedNanos;
  private boolean answering;
  private String lastFailure = "";

  PatroniWatch(
      String cluster,
      EtcdSettings settings,
      Etcd.Dialler dialler,
      LongSupplier nanoTime,
      RandomGenerator random) {
    this.cluster = cluster;
    this.settings = settings;
    this.turns = new EndpointTurns(settings.addresses(), random);
    this.history = new StoreHistory(settings.addresses().size());
    this.dialler = dialler;
    this.nanoTime = nanoTime;
    thread = Thread.ofVirtual().name("etcd-" + cluster).unstarted(this::run);
  }

  /// Begins to tell, at every change and at least once in an interval, on a thread of its own.
  void start(Consumer<Told> listener) {
    this.listener = listener;
    thread.start();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void run() {
    try {
      while (!closed) {
        StoreAddress endpoint = turns.current();
        long began = nanoTime.getAsLong();
        String reason = follow(endpoint);
        history.turnEnded();
        if (nanoTime.getAsLong() - began > settings.interval().toNanos() * 2) {
          turns.served();
        } else {
          turns.failed();
        }
        if (!closed) {
          answering = answering && !turns.isExhausted();
          complain(endpoint, reason);
          tell();
          turns.await();
        }
      }
    } catch (InterruptedException expected) { // closed
      Thread.currentThread().interrupt();
    }
  }

  /// Uses one endpoint until it fails; returns why.
  private String follow(StoreAddress endpoint) throws InterruptedException {
    BlockingQueue<Etcd.Answer> answers = new LinkedBlockingQueue<>(ANSWERS_MAX);
    Consumer<Etcd.Answer> listen =
        answer -> {
          if (!answers.offer(answer)) {
            answers.clear(); // then all is read anew
            answers.offer(new Etcd.Answer.Failed("more changes than can be followed"));
          }
        };
    try (Etcd etcd = dialler.dial(endpoint)) {
      return new Conversation(etcd, endpoint, answers, listen).hold();
    } catch (RuntimeException e) { // of the library or of bad TLS files; the next try may succeed
      return ForeignText.oneLine(String.valueOf(e.getMessage()));
    }
  }

  /// One connection, from its first read to its failure.
  private final class Conversation {
    private final Etcd etcd;
    private final StoreAddress endpoint;
    private final BlockingQueue<Etcd.Answer> answers;
    private final Consumer<Etcd.Answer> listen;
    private boolean watching;
    private boolean asking;
    private long askedNanos;

    /// The revision that was known when it was asked.
    private long floor;

    Conversation(
        Etcd etcd,
        StoreAddress endpoint,
        BlockingQueue<Etcd.Answer> answers,
        Consumer<Etcd.Answer> listen) {
      this.etcd = etcd;
      this.endpoint = endpoint;
      this.answers = answers;
      this.listen = listen;
    }

    String hold() throws InterruptedException {
      ask();
      while (!closed) {
        long due = askedNanos + (asking ? patience().toNanos() * 2 : settings.interval().toNanos());
        long wait = Math.max(0, due - nanoTime.getAsLong());
        switch (answers.poll(wait, TimeUnit.NANOSECONDS)) {
          case null -> {
            if (asking && nanoTime.getAsLong() - due >= 0) {
              return "no answer and no timeout"; // the library should keep its own
            }
          }
          case Etcd.Answer.All(Keyspace all) -> {
            String objection = confirm(all);
            if (!objection.isEmpty()) {
              return objection;
            }
          }
          case Etcd.Answer.Changes(List<Keyspace.Change> changes) -> change(changes);
          case Etcd.Answer.Failed(String reason) -> {
            return reason;
          }
        }
        if (!asking && nanoTime.getAsLong() - askedNanos >= settings.interval().toNanos()) {
          ask();
        }
        tell();
      }
      return "closed";
    }

    /// The first answer takes a connection, perhaps TLS and a login, before it.
    private Duration patience() {
      return watching ? settings.timeout() : settings.timeout().multipliedBy(3);
    }

    private void ask() {
      askedNanos = nanoTime.getAsLong();
      asking = true;
      floor = keys == null ? 0 : keys.revision();
      etcd.read(patience(), listen);
    }

    /// Returns why this connection must end; empty if it need not.
    private String confirm(Keyspace all) {
      asking = false;
      StoreHistory.Verdict verdict = history.judge(all, keys, floor);
      switch (verdict) {
        case BEHIND -> {
          return "it knows less than was known before: revision %d after %d"
              .formatted(all.revision(), floor);
        }
        case ANOTHER -> follows(all, "another cluster of etcd");
        case ANEW -> follows(all, "no endpoint knows what was known");
        case NEXT, OVERTAKEN -> {}
      }
      confirmedNanos = askedNanos;
      answering = true;
      if (verdict != StoreHistory.Verdict.OVERTAKEN) {
        adopt(all.of(history.number()));
      }
      if (!watching) {
        begin(all);
      } else if (verdict == StoreHistory.Verdict.ANOTHER) {
        return "it is another one now"; // what is watched is not there any more
      }
      return "";
    }

    private void follows(Keyspace all, String reason) {
      LOG.warn(
          "etcd begun anew is followed cluster={} endpoint={} revision={} before={} reason=\"{}\"",
          cluster,
          endpoint,
          all.revision(),
          floor,
          reason);
    }

    private void begin(Keyspace all) {
      watching = true;
      if (all.entries().isEmpty()) {
        LOG.warn(
            "etcd has none of Patroni's keys cluster={}: are scope and namespace right?", cluster);
      }
      lastFailure = "";
      etcd.watch(all.revision() + 1, listen);
      LOG.info(
          "etcd followed cluster={} endpoint={} revision={}", cluster, endpoint, all.revision());
    }

    private void change(List<Keyspace.Change> changes) {
      if (keys != null) {
        adopt(keys.with(changes));
      }
    }
  }

  private void adopt(Keyspace next) {
    if (next.equals(keys)) {
      return;
    }
    if (keys != null && keys.store() != next.store()) {
      former = view();
    }
    keys = next;
    List<String> known = reading.complaints();
    reading = PatroniKeys.read(next);
    for (String complaint : reading.complaints()) {
      if (!known.contains(complaint)) {
        LOG.warn("etcd key not understood cluster={}: {}", cluster, complaint);
      }
    }
  }

  /// Once for each way to fail, not for each time.
  private void complain(StoreAddress endpoint, String reason) {
    String failure = endpoint + ": " + reason;
    if (!failure.equals(lastFailure)) {
      LOG.warn("etcd lost cluster={} endpoint={} reason=\"{}\"", cluster, endpoint, reason);
    }
    lastFailure = failure;
  }

  private void tell() {
    listener.accept(new Told(SOURCE, view(), doubt(), answering));
  }

  private PatroniView view() {
    PatroniView now = reading.view();
    if (now.holder() != null) {
      former = PatroniView.NOTHING;
    }
    return former.members().isEmpty() ? now : now.withMembersOf(former);
  }

  private String doubt() {
    if (keys == null) {
      return "etcd has not answered yet";
    }
    Duration ttl = reading.view().rules().ttl();
    return nanoTime.getAsLong() - confirmedNanos <= ttl.toNanos()
        ? ""
        : "etcd has not answered for longer than Patroni's ttl of " + ttl.toSeconds() + " s";
  }
}
