package io.trunkline.health.patroni;

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
final class PatroniWatch implements AutoCloseable {
  static final String SOURCE = "etcd";

  private static final Logger LOG = LoggerFactory.getLogger(PatroniWatch.class);
  private static final int ANSWERS_MAX = 10_000;
  private static final Duration PAUSE_LEAST = Duration.ofMillis(100);
  private static final Duration PAUSE_MOST = Duration.ofSeconds(2);

  private final String cluster;
  private final EtcdSettings settings;
  private final List<StoreAddress> endpoints;
  private final Etcd.Dialler dialler;
  private final LongSupplier nanoTime;
  private final RandomGenerator random;
  private final Thread thread;
  private Consumer<Told> listener = _ -> {};
  private volatile boolean closed;

  /// Null before etcd has answered for the first time.
  private @Nullable Keyspace keys;

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
    this.endpoints = settings.addresses();
    this.dialler = dialler;
    this.nanoTime = nanoTime;
    this.random = random;
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
    int failures = 0;
    try {
      for (int turn = 0; !closed; turn++) {
        long began = nanoTime.getAsLong();
        String reason = follow(endpoints.get(turn % endpoints.size()));
        boolean lasted = nanoTime.getAsLong() - began > settings.interval().toNanos() * 2;
        failures = lasted ? 0 : failures + 1;
        if (!closed) {
          answering = answering && failures < endpoints.size();
          complain(endpoints.get(turn % endpoints.size()), reason);
          tell();
          pause(failures);
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
          case Etcd.Answer.All(Keyspace all) -> confirm(all);
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
      etcd.read(patience(), listen);
    }

    private void confirm(Keyspace all) {
      asking = false;
      confirmedNanos = askedNanos;
      answering = true;
      Keyspace known = keys;
      if (known == null || known.store() != all.store() || known.revision() <= all.revision()) {
        adopt(all); // else the watch was faster
      }
      if (!watching) {
        watching = true;
        if (all.entries().isEmpty()) {
          LOG.warn(
              "etcd has none of Patroni's keys cluster={}: are scope and namespace right?",
              cluster);
        }
        lastFailure = "";
        etcd.watch(all.revision() + 1, listen);
        LOG.info(
            "etcd followed cluster={} endpoint={} revision={}", cluster, endpoint, all.revision());
      }
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
    listener.accept(new Told(SOURCE, reading.view(), doubt(), answering));
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

  /// None while there are endpoints not tried yet.
  private void pause(int failures) throws InterruptedException {
    int rounds = failures / endpoints.size();
    if (failures % endpoints.size() != 0 || rounds == 0) {
      return;
    }
    long most = Math.min(PAUSE_MOST.toNanos(), PAUSE_LEAST.toNanos() << Math.min(rounds - 1, 10));
    TimeUnit.NANOSECONDS.sleep(most / 2 + random.nextLong(most / 2));
  }
}
