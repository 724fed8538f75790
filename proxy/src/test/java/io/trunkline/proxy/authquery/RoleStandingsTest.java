package io.trunkline.proxy.authquery;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.conf.AuthSettings;
import io.trunkline.health.QueryRows;
import io.trunkline.proxy.login.Claim;
import io.trunkline.proxy.login.FairExecutor;
import io.trunkline.proxy.login.Roles;
import io.trunkline.proxy.login.Roles.Standing;
import io.trunkline.proxy.login.Roles.State;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Who asks how a role stands, with tasks that run when the test says so.
class RoleStandingsTest {
  private static final Claim ALICE = new Claim("main", "postgres", "alice");

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final FairExecutor queue = new FairExecutor(tasks::add, FairExecutor.Bounds.of(1, 2, 2));
  private final OneMember server =
      new OneMember(new QueryRows(3, List.of(Arrays.asList("alice", "yes", null))));

  private final RoleGroups groups = new RoleGroups(AuthSettings.defaults(), server, () -> 0L);

  private final Roles roles = new RoleStandings(groups, queue, Duration.ofMinutes(1));

  private CompletableFuture<Standing> ask(String user) {
    return roles.ask(new Claim("main", "postgres", user), "10.0.0.1").toCompletableFuture();
  }

  private void runs() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  @Test
  void ask_manyAtOnce_isOneQuestionAndThenRemembered() {
    CompletableFuture<Standing> first = ask("alice");
    CompletableFuture<Standing> second = ask("alice");
    assertThat(first).isNotDone();
    runs();
    assertThat(first).isCompletedWithValue(new Standing.Known(State.FINE));
    assertThat(second).isCompletedWithValue(new Standing.Known(State.FINE));
    assertThat(ask("alice")).isCompletedWithValue(new Standing.Known(State.FINE));
    assertThat(server.asked).hasSize(1);
    assertThat(groups.fresh(ALICE)).isNotNull();
  }

  @Test
  void ask_nobodyAnswers_isUnknownAndAskedAnew() {
    server.answer = null;
    CompletableFuture<Standing> first = ask("alice");
    runs();
    assertThat(first.join())
        .isInstanceOfSatisfying(
            Standing.Unknown.class, unknown -> assertThat(unknown.reason()).contains("gone"));
    assertThat(ask("alice")).isNotDone();
  }

  @Test
  void ask_tooManyWaiting_isRefusedAtOnce() {
    ask("one");
    ask("two");
    ask("three");
    assertThat(ask("four").join())
        .isInstanceOfSatisfying(
            Standing.Unknown.class,
            unknown -> assertThat(unknown.error().sqlState().toString()).contains("53300"));
  }

  @Test
  void ask_noAnswerInTime_isUnknownAndTheTaskDoesNothing() throws Exception {
    Roles hasty = new RoleStandings(groups, queue, Duration.ofMillis(1));
    CompletableFuture<Standing> late = hasty.ask(ALICE, "10.0.0.1").toCompletableFuture();
    assertThat(late.get(20, TimeUnit.SECONDS)).isInstanceOf(Standing.Unknown.class);
    runs();
    assertThat(server.asked).isEmpty();
  }

  @Test
  void ask_nameThatIsNotUtf8_isNobodyUnasked() {
    assertThat(ask("a\udc80")).isCompletedWithValue(new Standing.Known(State.MISSING));
    assertThat(tasks).isEmpty();
  }
}
