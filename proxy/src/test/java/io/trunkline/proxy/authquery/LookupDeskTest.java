package io.trunkline.proxy.authquery;

import static io.trunkline.proxy.authquery.LookupOrderTest.member;
import static io.trunkline.proxy.authquery.LookupOrderTest.topology;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.health.QueryFailure;
import io.trunkline.proxy.login.FairExecutor;
import io.trunkline.routing.Member;
import io.trunkline.routing.Role;
import io.trunkline.routing.Topology;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LookupDeskTest {
  private static final Duration TIMEOUT = Duration.ofHours(1); // of the fake clock
  private static final Member FIRST = member("first", Role.PRIMARY, true, 0);
  private static final Member SECOND = member("second", Role.STANDBY, true, 0);
  private static final Answer NOBODY = new Answer.Nobody();

  private final Queue<Runnable> threads = new ArrayDeque<>();
  private final Map<String, QueryFailure> failures = new HashMap<>();
  private final List<String> events = new ArrayList<>();
  private long now;
  private Topology topology = topology(FIRST, SECOND);

  private final LookupDesk desk =
      new LookupDesk(
          () -> topology,
          FakeLine::new,
          new FairExecutor(threads::add, new FairExecutor.Bounds(1, 3, 2, 2)),
          TIMEOUT,
          () -> now);

  private final class FakeLine implements LookupDesk.Line {
    private final Member member;

    FakeLine(Member member) {
      this.member = member;
      events.add("open " + member.name());
    }

    @Override
    public Answer ask(String user, Duration atMost) throws QueryFailure {
      events.add("ask %s %dm".formatted(member.name(), atMost.toMinutes()));
      QueryFailure failure = failures.get(member.name());
      if (failure != null) {
        throw failure;
      }
      return NOBODY;
    }

    @Override
    public void close() {
      events.add("close " + member.name());
    }
  }

  private Answer ask() {
    CompletableFuture<Answer> answer = desk.ask("alice", "host");
    assertThat(answer).as("nothing happens on the caller's thread").isNotDone();
    run();
    return answer.join();
  }

  private void run() {
    while (!threads.isEmpty()) {
      threads.remove().run();
    }
  }

  private void fail(Member member, String sqlState) {
    failures.put(member.name(), new QueryFailure(sqlState, "broken"));
  }

  @Test
  void ask_leaderAnswers_nobodyElseIsAsked() {
    assertThat(ask()).isEqualTo(NOBODY);
    assertThat(ask()).isEqualTo(NOBODY);
    assertThat(events).containsExactly("open first", "ask first 30m", "ask first 30m");
  }

  @ParameterizedTest
  @ValueSource(strings = {"08006", "57P01", "57P03", "57014", "53300", "XX000", "40001", "55P03"})
  void ask_firstInTrouble_secondAnswersAndIsAskedFirstFromThenOn(String sqlState) {
    fail(FIRST, sqlState);
    assertThat(ask()).isEqualTo(NOBODY);
    events.clear();
    assertThat(ask()).isEqualTo(NOBODY);
    assertThat(events).containsExactly("ask second 30m");
    now += TIMEOUT.toNanos();
    failures.clear();
    events.clear();
    assertThat(ask()).isEqualTo(NOBODY);
    assertThat(events).containsExactly("ask first 30m");
  }

  @Test
  void ask_everybodyInTrouble_saysWhy() {
    fail(FIRST, "08001");
    failures.put("second", new QueryFailure(null, "no answer"));
    assertThat(ask())
        .isInstanceOfSatisfying(
            Answer.Unanswered.class,
            unanswered -> {
              assertThat(unanswered.error().sqlState()).isEqualTo("08006");
              assertThat(unanswered.reason()).isEqualTo("first: broken; second: no answer");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"42883", "42501", "25006", "28P01", "3D000", "22P02"})
  void ask_queryIsWrong_nobodyElseIsAsked(String sqlState) {
    fail(FIRST, sqlState);
    assertThat(ask())
        .isEqualTo(new Answer.Misconfigured("first: broken (SQLSTATE " + sqlState + ")"));
    assertThat(events).containsExactly("open first", "ask first 30m");
  }

  @Test
  void ask_waitedTooLong_isNotAskedAnyMore() {
    CompletableFuture<Answer> answer = desk.ask("alice", "host");
    now += TIMEOUT.toNanos();
    run();
    assertThat(answer.join()).isInstanceOf(Answer.Unanswered.class);
    assertThat(events).isEmpty();
  }

  @Test
  void ask_queueFull_isRefusedAtOnce() {
    desk.ask("a", "host");
    desk.ask("b", "host");
    assertThat(desk.ask("c", "host").join())
        .isInstanceOfSatisfying(
            Answer.Unanswered.class,
            refused -> assertThat(refused.error().sqlState()).isEqualTo("53300"));
    assertThat(desk.ask("d", "other host")).isNotDone();
  }

  @Test
  void ask_memberHasLeft_itsLineIsClosed() {
    fail(FIRST, "08006");
    ask();
    topology = topology(SECOND);
    events.clear();
    ask();
    assertThat(events).containsExactly("close first", "ask second 30m");
    desk.close();
    assertThat(events).endsWith("close second");
  }

  @Test
  void ask_bugInALine_reachesWhoAsked() {
    LookupDesk broken =
        new LookupDesk(
            () -> topology,
            member -> {
              throw new IllegalStateException("bug");
            },
            new FairExecutor(Runnable::run, new FairExecutor.Bounds(1, 1, 1, 1)),
            TIMEOUT,
            () -> now);
    assertThat(broken.ask("alice", "host")).isCompletedExceptionally();
  }
}
