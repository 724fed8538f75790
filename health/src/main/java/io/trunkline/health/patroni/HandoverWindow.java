package io.trunkline.health.patroni;

import io.trunkline.health.Claims;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// For how long an announced switchover holds new writes back: from the time it is meant for, and
/// not longer than allowed. An announcement that stays (Patroni refused it in its log and forgot
/// about it, or died) must not stop writes for good. One instance a cluster, for one thread at a
/// time.
final class HandoverWindow {
  private final Duration most;
  private PatroniView.@Nullable Announced current;
  private boolean begun;
  private long beganNanos;

  HandoverWindow(Duration most) {
    this.most = most;
  }

  /// The handover that holds writes back now; null when none does.
  Claims.@Nullable Handover at(
      PatroniView.@Nullable Announced announced, Instant now, long nowNanos) {
    if (announced == null) {
      current = null;
      begun = false;
      return null;
    }
    if (!announced.equals(current)) {
      current = announced;
      begun = false;
    }
    if (!begun) {
      if (announced.at() != null && now.isBefore(announced.at())) {
        return null;
      }
      begun = true;
      beganNanos = nowNanos;
    }
    return nowNanos - beganNanos < most.toNanos() ? announced.handover() : null;
  }
}
