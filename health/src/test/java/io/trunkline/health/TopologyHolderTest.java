package io.trunkline.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.routing.Topology;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TopologyHolderTest {
  private final TopologyHolder holder = new TopologyHolder(version(0));
  private final Queue<Runnable> loop = new ArrayDeque<>();
  private final List<Long> told = new ArrayList<>();

  @Test
  void subscribe_fresh_tellsThePresentTopology() {
    holder.publish(version(1));
    holder.subscribe(loop::add, topology -> told.add(topology.version()));
    runLoop();

    assertThat(told).containsExactly(1L);
    assertThat(holder.current().version()).isEqualTo(1);
  }

  @Test
  void publish_loopKeepsUp_tellsEachInOrder() {
    holder.subscribe(loop::add, topology -> told.add(topology.version()));
    for (int i = 1; i <= 3; i++) {
      runLoop();
      holder.publish(version(i));
    }
    runLoop();

    assertThat(told).containsExactly(0L, 1L, 2L, 3L);
  }

  @Test
  void publish_loopIsBusy_tellsTheLastAndQueuesOneTask() {
    holder.subscribe(loop::add, topology -> told.add(topology.version()));
    for (int i = 1; i <= 1_000; i++) {
      holder.publish(version(i));
    }

    assertThat(loop).hasSize(1);
    runLoop();
    assertThat(told).containsExactly(1_000L);
  }

  @Test
  void publish_fromTheListener_isToldNext() {
    holder.subscribe(
        loop::add,
        topology -> {
          told.add(topology.version());
          if (topology.version() < 3) {
            holder.publish(version(topology.version() + 1));
          }
        });
    runLoop();

    assertThat(told).containsExactly(0L, 1L, 2L, 3L);
  }

  @Test
  void publish_listenerThrows_othersAndLaterOnesAreStillTold() {
    holder.subscribe(
        loop::add,
        topology -> {
          throw new IllegalStateException("planted");
        });
    holder.subscribe(loop::add, topology -> told.add(topology.version()));
    runLoop();
    holder.publish(version(1));
    runLoop();

    assertThat(told).containsExactly(0L, 1L);
  }

  @Test
  void drain_isInEveryTopology_untilItIsTakenBack() {
    List<String> drains = new ArrayList<>();
    holder.subscribe(Runnable::run, topology -> drains.add(topology.drain()));
    holder.drain("an operator wants it");
    holder.publish(version(1));
    holder.publish(version(2).draining("the source says so"));
    holder.drain("");
    holder.publish(version(3));

    assertThat(drains)
        .containsExactly(
            "",
            "an operator wants it",
            "an operator wants it",
            "the source says so",
            "the source says so",
            "");
  }

  @Test
  void setAside_isInEveryTopology_untilItIsTakenBack() {
    List<String> reasons = new ArrayList<>();
    holder.subscribe(Runnable::run, topology -> reasons.add(topology.asideReason("a")));
    holder.setAside("a", "is in maintenance");
    holder.setAside("a", "is in maintenance");
    holder.publish(version(1));
    holder.setAside("b", "is being drained");
    holder.setAside("a", "");
    holder.setAside("a", "");

    assertThat(reasons)
        .containsExactly("", "is in maintenance", "is in maintenance", "is in maintenance", "");
    assertThat(holder.current().aside()).containsExactly(Map.entry("b", "is being drained"));
  }

  @Test
  void publish_afterClose_tellsNothing() {
    TopologyHolder.Subscription subscription =
        holder.subscribe(loop::add, topology -> told.add(topology.version()));
    holder.publish(version(1));
    subscription.close();
    runLoop();
    holder.publish(version(2));
    runLoop();

    assertThat(told).isEmpty();
  }

  @Test
  void publish_loopShutDown_dropsItAndTellsTheOthers() {
    holder.subscribe(
        _ -> {
          throw new RejectedExecutionException("shut down");
        },
        topology -> told.add(-1L));
    holder.subscribe(loop::add, topology -> told.add(topology.version()));
    holder.publish(version(1));
    runLoop();

    assertThat(told).containsExactly(1L);
  }

  @Test
  void publish_versionNotAbove_isRefused() {
    holder.publish(version(5));

    assertThatThrownBy(() -> holder.publish(version(5))).isInstanceOf(IllegalStateException.class);
    assertThat(holder.current().version()).isEqualTo(5);
  }

  @Test
  void publish_manySubscribersOnThreads_allSeeRisingVersionsAndTheLast() throws Exception {
    int loops = 8;
    long last = 5_000;
    CountDownLatch done = new CountDownLatch(loops);
    List<ExecutorService> executors = new ArrayList<>();
    List<List<Long>> seen = new ArrayList<>();
    for (int i = 0; i < loops; i++) {
      ExecutorService executor = Executors.newSingleThreadExecutor();
      List<Long> versions = Collections.synchronizedList(new ArrayList<>());
      executors.add(executor);
      seen.add(versions);
      holder.subscribe(
          executor,
          topology -> {
            versions.add(topology.version());
            if (topology.version() == last) {
              done.countDown();
            }
          });
    }
    for (long i = 1; i <= last; i++) {
      holder.publish(version(i));
    }

    assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    executors.forEach(ExecutorService::shutdownNow);
    assertThat(seen)
        .allSatisfy(versions -> assertThat(versions).isSorted().doesNotHaveDuplicates());
  }

  private void runLoop() {
    while (!loop.isEmpty()) {
      loop.remove().run();
    }
  }

  private static Topology version(long version) {
    return new Topology("main", version, null, 0, List.of(), "test");
  }
}
