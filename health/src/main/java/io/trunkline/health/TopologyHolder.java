package io.trunkline.health;

import io.trunkline.routing.Topology;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one place where a cluster's present topology is: written by its monitor, read by every event
/// loop, through one volatile reference.
///
/// An operator may have the leader drained, or other members set aside, whatever their own source
/// says of them: that is put into every topology here, from then on, until the operator takes it
/// back.
///
/// Subscribers are told on their own executors, versions never falling. A subscriber that is slow
/// skips versions but never misses the last one, so that nothing piles up behind a busy loop.
public final class TopologyHolder {
  private static final Logger LOG = LoggerFactory.getLogger(TopologyHolder.class);

  private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();
  private volatile Topology current;

  /// Why an operator has the leader drained; empty while none does.
  private String ordered = "";

  /// Why an operator has set members aside, by their names.
  private final Map<String, String> aside = new HashMap<>();

  /// What was published last, as it was.
  private Topology published;

  public TopologyHolder(Topology first) {
    current = first;
    published = first;
  }

  /// The present topology; the same object until the next one is published.
  public Topology current() {
    return current;
  }

  /// Ends a subscription: nothing more is told once the executor has run what it already had.
  public interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  /// Tells the listener the present topology and every later one, on this executor, which must run
  /// one task at a time (an event loop does).
  public Subscription subscribe(Executor loop, Consumer<Topology> listener) {
    Subscriber subscriber = new Subscriber(loop, listener);
    synchronized (this) { // no publication may fall between the two
      subscribers.add(subscriber);
      subscriber.tell(current);
    }
    return () -> {
      subscriber.closed = true;
      subscribers.remove(subscriber);
    };
  }

  /// Makes this the present topology.
  ///
  /// @throws IllegalStateException when its version is not above the present one's
  synchronized void publish(Topology next) {
    if (next.version() <= current.version()) {
      throw new IllegalStateException(
          "topology " + next.version() + " published after " + current.version());
    }
    published = next;
    tell(next);
  }

  /// The leader, whoever that is, takes no new writes from now on.
  ///
  /// @param reason why; empty to take that back
  public synchronized void drain(String reason) {
    if (!reason.equals(ordered)) {
      ordered = reason;
      tell(published);
    }
  }

  /// Nothing new goes to this member from now on, unless it leads.
  ///
  /// @param reason why; empty to take that back
  public synchronized void setAside(String member, String reason) {
    String before = reason.isEmpty() ? aside.remove(member) : aside.put(member, reason);
    if (!reason.equals(before == null ? "" : before)) {
      tell(published);
    }
  }

  private void tell(Topology next) {
    Topology told = ordered.isEmpty() || !next.drain().isEmpty() ? next : next.draining(ordered);
    told = aside.isEmpty() ? told : told.settingAside(aside);
    current = told;
    for (Subscriber subscriber : subscribers) {
      subscriber.tell(told);
    }
  }

  /// One listener and the newest topology it has not been told yet.
  private final class Subscriber {
    private final Executor loop;
    private final Consumer<Topology> listener;
    private final AtomicReference<@Nullable Topology> untold = new AtomicReference<>();
    private volatile boolean closed;

    Subscriber(Executor loop, Consumer<Topology> listener) {
      this.loop = loop;
      this.listener = listener;
    }

    void tell(Topology topology) {
      if (untold.getAndSet(topology) != null) {
        return; // a task is on its way and will take this one
      }
      try {
        loop.execute(this::deliver);
      } catch (RejectedExecutionException expected) { // the loop was shut down
        subscribers.remove(this);
      }
    }

    private void deliver() {
      Topology topology = untold.getAndSet(null);
      if (topology == null || closed) {
        return;
      }
      try {
        listener.accept(topology);
      } catch (RuntimeException e) {
        LOG.error("topology listener failed cluster={}", topology.cluster(), e);
      }
    }
  }
}
