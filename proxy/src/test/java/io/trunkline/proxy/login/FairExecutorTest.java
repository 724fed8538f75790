package io.trunkline.proxy.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class FairExecutorTest {
  private final Queue<Runnable> threads = new ArrayDeque<>();
  private final List<String> ran = new ArrayList<>();

  private FairExecutor executor(int running, int waiting, int waitingPerOrigin) {
    return new FairExecutor(
        threads::add,
        new FairExecutor.Bounds(running, waiting, waitingPerOrigin, waitingPerOrigin));
  }

  private boolean offer(FairExecutor executor, String origin, String task) {
    return executor.offer(origin, "user", () -> ran.add(task));
  }

  private void run() {
    while (!threads.isEmpty()) {
      threads.remove().run();
    }
  }

  @Test
  void offer_oneOriginWantsMuch_othersTakeTurnsWithIt() {
    FairExecutor executor = executor(1, 100, 100);
    for (int i = 0; i < 5; i++) {
      offer(executor, "greedy", "g" + i);
    }
    offer(executor, "modest", "m0");
    offer(executor, "other", "o0");
    offer(executor, "modest", "m1");
    run();
    assertThat(ran).containsExactly("g0", "m0", "o0", "g1", "m1", "g2", "g3", "g4");
  }

  /// Many users come from one address: whoever of them wants much delays himself.
  @Test
  void offer_oneUserOfAnOriginWantsMuch_itsOthersTakeTurnsWithHim() {
    FairExecutor executor = new FairExecutor(threads::add, new FairExecutor.Bounds(1, 9, 8, 4));
    for (int i = 0; i < 4; i++) {
      String task = "g" + i;
      assertThat(executor.offer("host", "greedy", () -> ran.add(task))).isTrue();
    }
    assertThat(executor.offer("host", "greedy", () -> ran.add("too much"))).isFalse();
    assertThat(executor.offer("host", "modest", () -> ran.add("m0"))).isTrue();
    assertThat(executor.offer("host", "modest", () -> ran.add("m1"))).isTrue();
    assertThat(executor.offer("other", "greedy", () -> ran.add("o0"))).isTrue();
    run();
    assertThat(ran).containsExactly("g0", "o0", "m0", "g1", "m1", "g2", "g3");
  }

  @Test
  void offer_originHasTooMany_isRefusedAlone() {
    FairExecutor executor = executor(1, 100, 2);
    assertThat(offer(executor, "greedy", "a")).isTrue();
    assertThat(offer(executor, "greedy", "b")).isTrue();
    assertThat(offer(executor, "greedy", "c")).isFalse();
    assertThat(offer(executor, "modest", "d")).isTrue();
    run();
    assertThat(offer(executor, "greedy", "e")).isTrue();
    run();
    assertThat(ran).containsExactly("a", "d", "b", "e");
  }

  @Test
  void offer_everythingFull_isRefused() {
    FairExecutor executor = executor(1, 3, 2);
    for (int i = 0; i < 3; i++) {
      assertThat(offer(executor, "origin" + i, "t" + i)).isTrue();
    }
    assertThat(offer(executor, "origin3", "t3")).isFalse();
  }

  @Test
  void offer_many_runsNoMoreAtATimeThanAllowed() {
    FairExecutor executor = executor(2, 100, 100);
    for (int i = 0; i < 10; i++) {
      offer(executor, "o", "t" + i);
    }
    assertThat(threads).hasSize(2);
    run();
    assertThat(ran).hasSize(10);
    offer(executor, "o", "again");
    assertThat(threads).as("workers that ended are replaced").hasSize(1);
  }

  /// No task is lost or run twice, whoever comes and goes at the same moment.
  @Test
  void offer_fromManyThreads_everyTaskRunsOnce() throws InterruptedException {
    AtomicInteger done = new AtomicInteger();
    AtomicInteger accepted = new AtomicInteger();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      FairExecutor executor = new FairExecutor(pool, new FairExecutor.Bounds(3, 500, 100, 60));
      List<Thread> offering = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String origin = "origin" + i % 4;
        offering.add(
            Thread.ofPlatform()
                .start(() -> {
                  for (int n = 0; n < 5_000; n++) {
                    accepted.addAndGet(
                        executor.offer(origin, "user" + n % 3, done::incrementAndGet) ? 1 : 0);
                  }
                }));
      }
      for (Thread thread : offering) {
        thread.join();
      }
      Awaitility.await().until(() -> done.get() == accepted.get());
    }
    assertThat(done).hasValue(accepted.get()).hasPositiveValue();
  }

  @Test
  void run_taskFails_othersAreRun() {
    FairExecutor executor = executor(1, 10, 10);
    AtomicInteger failed = new AtomicInteger();
    executor.offer(
        "o",
        "user",
        () -> {
          failed.incrementAndGet();
          throw new IllegalStateException("a bug");
        });
    offer(executor, "o", "next");
    run();
    assertThat(failed).hasValue(1);
    assertThat(ran).containsExactly("next");
  }
}
