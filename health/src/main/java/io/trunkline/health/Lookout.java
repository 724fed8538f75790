package io.trunkline.health;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/// Watches one member from a virtual thread of its own, so that a member that does not answer
/// delays nobody else.
final class Lookout {
  private final DeclaredMember member;
  private final Probe probe;
  private final BiConsumer<Lookout, Observation> report;
  private final Predicate<DeclaredMember> urgent;
  private final Schedule schedule;
  private final Thread thread;
  private final AtomicBoolean hinted = new AtomicBoolean();
  private volatile boolean closed;

  /// When to look.
  record Schedule(MonitorPace pace, LongSupplier nanoTime, long originNanos) {}

  /// @param urgent whether the next look at this member should come sooner than usual
  Lookout(
      DeclaredMember member,
      Probe probe,
      BiConsumer<Lookout, Observation> report,
      Predicate<DeclaredMember> urgent,
      Schedule schedule) {
    this.member = member;
    this.probe = probe;
    this.report = report;
    this.urgent = urgent;
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
    try (probe) {
      while (!closed) {
        hinted.set(false); // a hint from here on asks for a look after this one
        long began = schedule.nanoTime.getAsLong();
        Observation observation = probe.look();
        if (!closed) {
          report.accept(this, observation);
          await(began);
        }
      }
    }
  }

  private void await(long began) {
    while (!closed) {
      long now = schedule.nanoTime.getAsLong();
      boolean soon = hinted.get() || urgent.test(member);
      long wait =
          soon
              ? schedule.pace.urgentWaitNanos(began, now)
              : schedule.pace.calmWaitNanos(began, now, schedule.originNanos);
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
