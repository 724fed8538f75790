package io.trunkline.health;

import static io.trunkline.health.Looks.standbyAt;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.routing.Lsn;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeaderTrailTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration MILLI = Duration.ofMillis(1);

  @Test
  void lag_everythingReplayed_isZeroHoweverOldTheLastTransaction() {
    LeaderTrail trail = trail(100, 0);

    assertThat(trail.lag(standbyAt(100, 100, HOUR, 1))).isZero();
    assertThat(trail.lagBytes(standbyAt(100, 100, HOUR, 1))).isZero();
  }

  @Test
  void lag_noLeaderSeenYet_goesByTheStandbysOwnWord() {
    assertThat(LeaderTrail.EMPTY.lag(standbyAt(100, 100, HOUR, 1))).isZero();
    assertThat(LeaderTrail.EMPTY.lag(standbyAt(100, 130, HOUR, 1))).isEqualTo(HOUR);
    assertThat(LeaderTrail.EMPTY.lag(standbyAt(100, 130, null, 1))).isZero();
    assertThat(LeaderTrail.EMPTY.lagBytes(standbyAt(100, 130, null, 1))).isEqualTo(30);
  }

  /// After an idle hour the first transaction is replayed a moment later: the standby's last
  /// replayed transaction is an hour old, its data two seconds.
  @Test
  void lag_firstTransactionAfterAnIdleHour_isSinceTheLeaderWasLastSeenThere() {
    LeaderTrail trail =
        trail(100, 0).with(new Lsn(100), seconds(3_600)).with(new Lsn(200), seconds(3_601));

    assertThat(trail.lag(standbyAt(100, 100, HOUR, 3_602))).isEqualTo(Duration.ofSeconds(2));
    assertThat(trail.lag(standbyAt(100, 200, HOUR, 3_602))).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void lag_standbyKnowsBetter_takesItsWord() {
    LeaderTrail trail = trail(100, 0).with(new Lsn(200), seconds(10));

    assertThat(trail.lag(standbyAt(150, 200, MILLI, 10))).isEqualTo(MILLI);
  }

  @Test
  void lag_replayPaused_growsWithTime() {
    LeaderTrail trail = trail(100, 5).with(new Lsn(200), seconds(6));

    assertThat(trail.lag(standbyAt(100, 200, HOUR, 65))).isEqualTo(Duration.ofMinutes(1));
    assertThat(trail.lag(standbyAt(100, 200, null, 125))).isEqualTo(Duration.ofMinutes(2));
  }

  /// The standby receives nothing any more, so by its own word it has replayed everything.
  @Test
  void lag_streamingBroken_isSeenFromTheLeadersPosition() {
    LeaderTrail trail = trail(100, 0).with(new Lsn(900), seconds(1));

    assertThat(trail.lagBytes(standbyAt(100, 100, HOUR, 31))).isEqualTo(800);
    assertThat(trail.lag(standbyAt(100, 100, HOUR, 31))).isEqualTo(Duration.ofSeconds(31));
  }

  @Test
  void lag_receivedMoreThanTheLeaderWasSeenAt_isBoundedByThatLook() {
    LeaderTrail trail = trail(100, 10);

    assertThat(trail.lag(standbyAt(100, 150, HOUR, 11))).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void lag_behindTheWholeTrail_isAtLeastItsAge() {
    LeaderTrail trail = trail(100, 0).with(new Lsn(200), seconds(1));

    assertThat(trail.lag(standbyAt(50, 50, HOUR, 10))).isEqualTo(HOUR);
    assertThat(trail.lag(standbyAt(50, 50, null, 10))).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void lag_standbysClockAhead_isNeverNegative() {
    LeaderTrail trail = trail(200, 0);

    assertThat(trail.lag(standbyAt(100, 200, Duration.ofSeconds(-5), 1))).isZero();
  }

  @Test
  void with_leaderThatHasLess_forgetsTheOldPositions() {
    LeaderTrail trail = trail(500, 0).with(new Lsn(300), seconds(1));

    assertThat(trail.samples()).hasSize(1);
    assertThat(trail.lagBytes(standbyAt(300, 300, null, 2))).isZero();
  }

  @Test
  void with_manyLooks_staysBounded() {
    LeaderTrail trail = LeaderTrail.EMPTY;
    for (int i = 0; i < 2_000; i++) {
      trail = trail.with(new Lsn(i), seconds(i));
    }

    assertThat(trail.samples()).hasSize(256);
    assertThat(trail.samples().getLast().lsn()).isEqualTo(new Lsn(1_999));
  }

  private static LeaderTrail trail(long lsn, long seconds) {
    return LeaderTrail.EMPTY.with(new Lsn(lsn), seconds(seconds));
  }

  private static long seconds(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }
}
