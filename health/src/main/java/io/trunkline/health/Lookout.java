package io.trunkline.health;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Watches one member from a virtual thread of its own, so that a member that does not answer
/// delays nobody else.
final class Lookout {
  private static final Logger LOG = LoggerFactory.getLogger(Lookout.class);

  private final DeclaredMember member;
  private final Probe probe;
  private final BiConsumer<Lookout, Observation> report;
  private final Function<DeclaredMember, Urgency> urgency;
  private final Schedule schedule;
  private final Thread thread;
  private final AtomicBoolean hinted = new AtomicBoolean();
  private volatile boolean closed;

  /// When to look.
  record Schedule(MonitorPace pace, LongSupplier nanoTime, long originNanos) {}

  /// @param urgency how soon this member should be looked at again
  Lookout(
      DeclaredMember member,
      Probe probe,
      BiConsumer<Lookout, Observation> report,
      Function<DeclaredMember, Urgency> urgency,
      Schedule schedule) {
    this.member = member;
    this.probe = probe;
    this.report = report;
    this.urgency = urgency;
    this.schedule = schedule;
    thread = Thread.ofVirtual().name("lookout-" + member.name()).unstarted(this::watch);
  }

  DeclaredMember member() {
    return member;
  }

  void start() {
    thread.start();
  }

  /// Look as soon as the pace allows. Never blocks; many calls make one look.
  void hint() {
    if (!hinted.getAndSet(true)) {
      LockSupport.unpark(thread);
    }
  }

  /// Ends the watch; a look under way is broken off and not reported.
  void close() {
    closed = true;
    thread.interrupt();
  }

  private void watch() {
    try {
      while (!closed) {
        hinted.set(false); // a hint from here on asks for a look after this one
        long began = schedule.nanoTime.getAsLong();
        Observation observation = look();
        if (!closed) {
          report.accept(this, observation);
          await(began);
        }
      }
    } finally {
      Thread.interrupted(); // that was for the look, not for the closing of connections
      probe.close();
    }
  }

  /// A mistake of ours must end neither the watch nor the belief that looks may fail.
  private Observation look() {
    try {
      return probe.look();
    } catch (RuntimeException e) {
      LOG.error("probe of {} failed by a mistake of its own", member.name(), e);
      return new Observation.Dead(
          member.name(), Observation.Certainty.DOUBTFUL, "the probe failed: " + e);
    }
  }

  private void await(long began) {
    while (!closed) {
      long now = schedule.nanoTime.getAsLong();
      Urgency pressure = urgency.apply(member);
      boolean soon = pressure != Urgency.CALM || hinted.get();
      if (pressure == Urgency.CALM && soon) {
        pressure = Urgency.SOON;
      }
      long wait = schedule.pace.waitNanos(pressure, began, now, schedule.originNanos);
      if (wait == 0) {
        return;
      }
      LockSupport.parkNanos(this, wait);
      if (!soon && schedule.nanoTime.getAsLong() - now >= wait) {
        return; // the tick came
      }
    }
  }
}
