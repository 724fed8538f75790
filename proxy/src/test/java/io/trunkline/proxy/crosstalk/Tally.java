package io.trunkline.proxy.crosstalk;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/// What all guests together have seen: counts by name, and the first failure, which ends the run.
final class Tally {
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  void count(String what) {
    counts.computeIfAbsent(what, _ -> new LongAdder()).increment();
  }

  long of(String what) {
    LongAdder count = counts.get(what);
    return count == null ? 0 : count.sum();
  }

  void fail(Throwable cause) {
    failure.compareAndSet(null, cause);
  }

  Throwable failure() {
    return failure.get();
  }

  boolean failed() {
    return failure.get() != null;
  }

  @Override
  public String toString() {
    return new TreeMap<>(counts).toString();
  }
}
