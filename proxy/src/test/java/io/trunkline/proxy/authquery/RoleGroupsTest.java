package io.trunkline.proxy.authquery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.conf.AuthSettings;
import io.trunkline.conf.hba.Outside.Unanswered;
import io.trunkline.health.QueryRows;
import io.trunkline.proxy.login.Claim;
import io.trunkline.proxy.login.Roles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// How long answers about groups count. The defaults: fresh for 1 s, kept for 1 min.
class RoleGroupsTest {
  private static final Claim ALICE = new Claim("main", "postgres", "alice");

  private final OneMember server = new OneMember(rows("alice", "staff"));
  private long now;

  private final RoleGroups groups = new RoleGroups(AuthSettings.defaults(), server, () -> now);

  private static QueryRows rows(String... names) {
    List<List<@Nullable String>> rows = new ArrayList<>();
    for (String name : names) {
      rows.add(Arrays.asList(name, "yes", null));
    }
    return new QueryRows(3, rows);
  }

  private void passes(Duration time) {
    now += time.toNanos();
  }

  @Test
  void of_freshAnswer_servesWithoutAsking() throws Unanswered {
    assertThat(groups.of(ALICE)).containsExactlyInAnyOrder("alice", "staff");
    server.answer = rows("alice");
    assertThat(groups.of(ALICE)).contains("staff");
    passes(Duration.ofSeconds(2));
    assertThat(groups.of(ALICE)).containsExactly("alice");
    assertThat(server.asked).hasSize(2);
  }

  /// As where each start of a server gives it another address.
  @Test
  void of_memberIsAnother_itsLineIsClosed() throws Unanswered {
    groups.of(ALICE);
    assertThat(server.closed).isEmpty();
    server.name = "two";
    passes(Duration.ofSeconds(2));
    groups.of(ALICE);
    assertThat(server.closed).containsExactly("one");
  }

  @Test
  void of_nobodyAnswers_theLastAnswerServesForAWhile() throws Unanswered {
    groups.of(ALICE);
    server.answer = null;
    passes(Duration.ofSeconds(30));
    assertThat(groups.of(ALICE)).contains("staff");
    passes(Duration.ofSeconds(40));
    assertThatThrownBy(() -> groups.of(ALICE))
        .isInstanceOf(Unanswered.class)
        .hasMessageContaining("gone");
  }

  @Test
  void of_noSuchUser_isInNoGroup() throws Unanswered {
    server.answer = rows();
    assertThat(groups.of(ALICE)).isEmpty();
  }

  private static QueryRows row(String canLogIn, @Nullable String millis) {
    return new QueryRows(3, List.of(Arrays.asList("alice", canLogIn, millis)));
  }

  @Test
  void state_ofARole_isWhatItsRowSays() throws Unanswered {
    server.answer = row("yes", null);
    assertThat(groups.state(groups.role(ALICE))).isEqualTo(Roles.State.FINE);
    passes(Duration.ofSeconds(2));
    server.answer = row("no", null);
    assertThat(groups.state(groups.role(ALICE))).isEqualTo(Roles.State.NO_LOGIN);
    passes(Duration.ofSeconds(2));
    server.answer = row("yes", "0");
    assertThat(groups.state(groups.role(ALICE))).isEqualTo(Roles.State.PASSWORD_EXPIRED);
    passes(Duration.ofSeconds(2));
    server.answer = rows();
    assertThat(groups.state(groups.role(ALICE))).isEqualTo(Roles.State.MISSING);
    assertThat(groups.fresh(ALICE)).isNotNull();
  }

  /// What was good when it was read is not good for as long as it is remembered.
  @Test
  void state_passwordEndsWhileRemembered_hasExpired() throws Unanswered {
    server.answer = row("yes", "500");
    RoleGroups.RoleRow role = groups.role(ALICE);
    assertThat(groups.state(role)).isEqualTo(Roles.State.FINE);
    passes(Duration.ofMillis(501));
    assertThat(groups.fresh(ALICE)).isEqualTo(role);
    assertThat(groups.state(role)).isEqualTo(Roles.State.PASSWORD_EXPIRED);
  }
}
