package io.trunkline.health;

import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// Says in words how what a store says of the leader differs from what it said before.
final class ClaimsDiff {
  private ClaimsDiff() {}

  /// Adds the changes; nothing when there are none.
  static void tell(@Nullable Claims before, @Nullable Claims after, StringJoiner changes) {
    if (after == null) {
      if (before != null) {
        changes.add("no leader key decides any more");
      }
      return;
    }
    if (before == null || !Objects.equals(before.holder(), after.holder())) {
      changes.add(
          after.holder() == null
              ? "nobody holds the leader key"
              : "the leader key is held by " + after.holder());
    }
    tell(
        before != null && before.overwritten(), after.overwritten(), "it was overwritten", changes);
    tell(before != null && before.paused(), after.paused(), "Patroni is paused", changes);
    tell(before != null && before.failsafe(), after.failsafe(), "failsafe mode is on", changes);
    if (before == null
        ? !after.synchronous().isEmpty()
        : !before.synchronous().equals(after.synchronous())) {
      changes.add("synchronous standbys: " + String.join(", ", after.synchronous()));
    }
    if (before != null && before.isDoubtful() && !after.isDoubtful()) {
      changes.add("the leader key is confirmed again");
    }
  }

  private static void tell(boolean before, boolean after, String what, StringJoiner changes) {
    if (after && !before) {
      changes.add(what);
    } else if (before && !after) {
      changes.add("no longer: " + what);
    }
  }
}
