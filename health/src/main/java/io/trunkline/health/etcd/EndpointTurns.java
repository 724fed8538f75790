package io.trunkline.health.etcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// Which endpoint is used next, and how long that waits: not at all while there are some that were
/// not tried yet, then longer from round to round. Used by one thread.
public final class EndpointTurns {
  private static final Duration PAUSE_LEAST = Duration.ofMillis(100);
  private static final Duration PAUSE_MOST = Duration.ofSeconds(2);

  private final List<StoreAddress> endpoints;
  private final RandomGenerator random;
  private int turn;
  private int failures;

  /// @param endpoints at least one
  public EndpointTurns(List<StoreAddress> endpoints, RandomGenerator random) {
    this.endpoints = List.copyOf(endpoints);
    this.random = random;
  }

  public StoreAddress current() {
    return endpoints.get(turn);
  }

  /// The present endpoint has served for a while, and failed now.
  public void served() {
    failures = 0;
    turn = (turn + 1) % endpoints.size();
  }

  /// The present endpoint was of no use.
  public void failed() {
    failures++;
    turn = (turn + 1) % endpoints.size();
  }

  /// Whether all have failed, one after the other.
  public boolean isExhausted() {
    return failures >= endpoints.size();
  }

  /// Waits for the next turn.
  public void await() throws InterruptedException {
    int rounds = failures / endpoints.size();
    if (failures % endpoints.size() != 0 || rounds == 0) {
      return;
    }
    long most = Math.min(PAUSE_MOST.toNanos(), PAUSE_LEAST.toNanos() << Math.min(rounds - 1, 10));
    TimeUnit.NANOSECONDS.sleep(most / 2 + random.nextLong(most / 2));
  }
}
