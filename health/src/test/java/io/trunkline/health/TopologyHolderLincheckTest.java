package io.trunkline.health;

import io.trunkline.embedded.Depth;
import io.trunkline.routing.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/// One thread publishes while another, a loop, subscribes and is told: in every order of their
/// steps versions rise, and the last one arrives.
public class TopologyHolderLincheckTest {
  private final TopologyHolder holder = new TopologyHolder(version(0));
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  /// What each listener has been told.
  private final List<List<Long>> told = new ArrayList<>();

  private long published;

  private static Topology version(long version) {
    return new Topology("c", version, null, 1, List.of(), "version " + version);
  }

  @Operation(nonParallelGroup = "monitor")
  public void publish() {
    published++;
    holder.publish(version(published));
  }

  @Operation(nonParallelGroup = "loop")
  public void subscribe() {
    List<Long> versions = new ArrayList<>();
    told.add(versions);
    holder.subscribe(tasks::add, topology -> versions.add(topology.version()));
  }

  @Operation(nonParallelGroup = "loop")
  public void runOne() {
    Runnable task = tasks.poll();
    if (task != null) {
      task.run();
    }
  }

  @Validate
  public void everybodyKnowsTheLast() {
    while (!tasks.isEmpty()) {
      runOne();
    }
    for (List<Long> versions : told) {
      boolean rising = versions.stream().sorted().distinct().toList().equals(versions);
      if (!rising || versions.getLast() != published) {
        throw new IllegalStateException(versions + " of " + published);
      }
    }
  }

  @Test
  void topologies_anyInterleaving_rise() {
    new ModelCheckingOptions()
        .threads(2)
        .actorsBefore(2)
        .actorsPerThread(3)
        .actorsAfter(0)
        .iterations(Depth.of(5, 200))
        .invocationsPerIteration(Depth.of(50, 2_000))
        .check(TopologyHolderLincheckTest.class);
  }
}
