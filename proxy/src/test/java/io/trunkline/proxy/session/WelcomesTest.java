package io.trunkline.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.pool.PoolKey;
import io.trunkline.pool.ReportedParameters;
import io.trunkline.protocol.sql.SessionSettings;
import io.trunkline.routing.Lsn;
import io.trunkline.routing.Member;
import io.trunkline.routing.Role;
import io.trunkline.settings.HostPort;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WelcomesTest {
  private static final PoolKey POOL = new PoolKey("main", "pg1", "app", "app");
  private static final SessionSettings NONE = SessionSettings.EMPTY;
  private static final ReportedParameters UTC = ReportedParameters.of(Map.of("TimeZone", "UTC"));

  private long now = 1;
  private final Welcomes welcomes = new Welcomes(() -> now);

  private enum Access {
    READ_WRITE,
    READ_ONLY
  }

  private static Member member(Role role, int timeline, Access access) {
    return new Member(
        "pg1",
        new HostPort("127.0.0.1", 1),
        role,
        timeline,
        Lsn.ZERO,
        0,
        Duration.ZERO,
        true,
        null,
        access == Access.READ_ONLY,
        0,
        Map.of(),
        "");
  }

  private static final Member STANDBY = member(Role.STANDBY, 1, Access.READ_WRITE);
  private static final Member PROMOTED = member(Role.PRIMARY, 2, Access.READ_WRITE);

  @Test
  void find_learned_isWhatWasLearned_withTheNameAsked() {
    welcomes.learn(POOL, STANDBY, NONE.with("application_name", "one"), UTC);
    assertThat(welcomes.find(POOL, STANDBY, NONE.with("application_name", "two")))
        .isEqualTo(UTC.with("application_name", "two"));
    assertThat(welcomes.find(POOL, STANDBY, NONE.with("application_name", "zwölf")))
        .as("the server will change that")
        .isNull();
    assertThat(welcomes.find(POOL, STANDBY, NONE.with("TimeZone", "CET"))).isNull();
  }

  @Test
  void find_memberIsAnother_isNotKnown() {
    welcomes.learn(POOL, STANDBY, NONE, UTC);
    assertThat(welcomes.find(POOL, PROMOTED, NONE)).isNull();
    welcomes.learn(POOL, PROMOTED, NONE, UTC);
    assertThat(welcomes.find(POOL, member(Role.PRIMARY, 2, Access.READ_ONLY), NONE)).isNull();
    assertThat(welcomes.find(POOL, member(Role.PRIMARY, 3, Access.READ_WRITE), NONE)).isNull();
    assertThat(welcomes.find(POOL, PROMOTED, NONE)).isNotNull();
  }

  @Test
  void find_learnedLongAgo_isNotBelieved() {
    welcomes.learn(POOL, STANDBY, NONE, UTC);
    now += Welcomes.BELIEVED.minusSeconds(1).toNanos();
    assertThat(welcomes.find(POOL, STANDBY, NONE)).isNotNull();
    now += Duration.ofSeconds(1).toNanos();
    assertThat(welcomes.find(POOL, STANDBY, NONE)).isNull();
  }
}
