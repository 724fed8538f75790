package io.trunkline.health;

import io.trunkline.routing.Lsn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the leader's write-ahead log was and when, as far back as a bounded number of looks.
///
/// A standby's own word on its lag, the age of its last replayed transaction, is wrong twice: it
/// grows on an idle cluster where nothing is missing, and it jumps to hours for the instant in
/// which the first transaction after a quiet night is under way. The trail bounds it: a standby
/// that has replayed up to a position has everything the leader had when it was last seen there. No
/// clock of any server is involved.
record LeaderTrail(List<Sample> samples) {
  static final LeaderTrail EMPTY = new LeaderTrail(List.of());

  private static final int SAMPLES_MAX = 256;

  /// The leader was last seen at this position at this time.
  record Sample(Lsn lsn, long atNanos) {}

  LeaderTrail {
    samples = List.copyOf(samples);
  }

  LeaderTrail with(Lsn lsn, long atNanos) {
    List<Sample> next = new ArrayList<>(samples);
    if (!next.isEmpty() && next.getLast().lsn().compareTo(lsn) > 0) {
      next.clear(); // a new leader that has less, or a restored one: the old trail says nothing
    }
    if (!next.isEmpty() && next.getLast().lsn().equals(lsn)) {
      next.removeLast();
    }
    next.add(new Sample(lsn, atNanos));
    if (next.size() > SAMPLES_MAX) {
      next.removeFirst();
    }
    return new LeaderTrail(next);
  }

  /// Bytes the standby has yet to replay, of those the leader had or the standby received.
  long lagBytes(Observation.Alive standby) {
    return Math.max(
        latest().bytesAheadOf(standby.lsn()), standby.receivedLsn().bytesAheadOf(standby.lsn()));
  }

  /// How old the standby's data is; zero when it has replayed all that is known to exist.
  Duration lag(Observation.Alive standby) {
    if (lagBytes(standby) == 0) {
      return Duration.ZERO;
    }
    Duration own = standby.replayAge();
    Sample caughtUpWith = lastAtOrBefore(standby.lsn());
    if (caughtUpWith == null) {
      return notNegative(own != null ? own : sinceOldest(standby.atNanos()));
    }
    Duration bound = Duration.ofNanos(standby.atNanos() - caughtUpWith.atNanos());
    return notNegative(own != null && own.compareTo(bound) < 0 ? own : bound);
  }

  private Lsn latest() {
    return samples.isEmpty() ? Lsn.ZERO : samples.getLast().lsn();
  }

  private @Nullable Sample lastAtOrBefore(Lsn lsn) {
    for (Sample sample : samples.reversed()) {
      if (sample.lsn().compareTo(lsn) <= 0) {
        return sample;
      }
    }
    return null;
  }

  private Duration sinceOldest(long atNanos) {
    return samples.isEmpty()
        ? Duration.ZERO
        : Duration.ofNanos(atNanos - samples.getFirst().atNanos());
  }

  private static Duration notNegative(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }
}
