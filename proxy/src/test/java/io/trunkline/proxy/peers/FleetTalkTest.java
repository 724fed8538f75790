package io.trunkline.proxy.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.conf.PeerSettings;
import io.trunkline.health.etcd.Etcd;
import io.trunkline.settings.HostPort;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FleetTalkTest {
  private static final Duration TTL = Duration.ofSeconds(10);

  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger connections = new AtomicInteger();
  private final Membership membership =
      new Membership(
          new PeerSettings(
              0, Map.of(), new HostPort("10.0.0.1", 5010), null, "/trunkline/peers/", TTL),
          "a1");

  /// With a clock that goes on by an hour whenever it is looked at.
  private String hold(Etcd etcd) throws Exception {
    var pace = new FleetTalk.Pace(Duration.ofSeconds(1), Duration.ofSeconds(1));
    return new FleetTalk(etcd, membership, pace, () -> now.addAndGet(TimeUnit.HOURS.toNanos(1)))
        .hold(connections::incrementAndGet);
  }

  @Test
  void hold_firstAnswer_watchesAndTakesANumber() throws Exception {
    FakeStore store =
        new FakeStore() {
          @Override
          public void read(Duration patience, Consumer<Answer> answer) {
            if (Collections.frequency(asked, "read") < 2) {
              super.read(patience, answer);
            } else {
              answer.accept(new Answer.Failed("enough"));
            }
          }
        };

    assertThat(hold(store)).isEqualTo("enough");

    assertThat(store.asked).containsSubsequence("read", "watch", "grant PT10S", "claim 1", "read");
    assertThat(connections).hasValue(1);
    assertThat(membership.fleet().self()).isEqualTo(1);
  }

  @Test
  void hold_noAnswerAtAll_ends() throws Exception {
    FakeStore store =
        new FakeStore() {
          @Override
          public void read(Duration patience, Consumer<Answer> answer) {}
        };

    assertThat(hold(store)).isEqualTo("no answer and no timeout");
    assertThat(connections).hasValue(0);
  }

  /// Whoever may write to etcd must not cost this instance its lease.
  @Test
  void hold_changesWithoutEnd_keepsTheLeaseAllTheSame() throws Exception {
    FakeStore store =
        new FakeStore() {
          @Override
          public void read(Duration patience, Consumer<Answer> answer) {
            super.read(patience, answer);
            for (int i = 0; i < 10; i++) {
              answer.accept(new Answer.Changes(List.of(put("junk" + i, "junk"))));
            }
            if (Collections.frequency(asked, "read") > 100) {
              answer.accept(new Answer.Failed("enough"));
            }
          }
        };

    assertThat(hold(store)).isEqualTo("enough");

    assertThat(Collections.frequency(store.asked, "keep")).isGreaterThanOrEqualTo(99);
  }

  @Test
  void hold_moreChangesThanFit_ends() throws Exception {
    FakeStore store =
        new FakeStore() {
          @Override
          public void watch(long fromRevision, Consumer<Answer> answer) {
            for (int i = 0; i < 20_000; i++) {
              answer.accept(new Answer.Changes(List.of()));
            }
          }
        };

    assertThat(hold(store)).isEqualTo("more changes than can be followed");
  }

  /// Behind the back of a connection that goes on.
  @Test
  void hold_etcdMadeAnew_ends() throws Exception {
    FakeStore store =
        new FakeStore() {
          @Override
          public void read(Duration patience, Consumer<Answer> answer) {
            if (Collections.frequency(asked, "read") < 2) {
              super.read(patience, answer);
            } else {
              answer.accept(new Answer.All(new FakeStore().keys()));
            }
          }
        };

    assertThat(hold(store)).isEqualTo("it was made anew");
  }
}
