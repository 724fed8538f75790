package io.trunkline.pool;

import io.trunkline.pool.PoolRig.Client;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/// Clients of two loops over one pool: when both loops have done all they had to do, and with no
/// help from housekeeping, nobody waits who could be served, and nobody was served before his turn.
public class WakeUpLincheckTest {
  private static final int SIZE = 2;
  private static final PoolSettings SETTINGS = SharedPools.settings(SIZE, 1);

  private final SharedPools pools = new SharedPools(2);
  private final ServerPool pool = pools.pool("db", SETTINGS);
  private final Side left = new Side(0);
  private final Side right = new Side(1);

  /// What one loop does.
  private final class Side {
    private final int index;
    private final Queue<Client> clients = new ArrayDeque<>();

    Side(int index) {
      this.index = index;
    }

    void ask() {
      Client client = new Client();
      clients.add(client);
      pool.shard(index).lease(client);
    }

    /// The client that came first goes, if it is being served.
    void release() {
      Client first = clients.peek();
      if (first != null && first.server != null) {
        clients.remove();
        first.server.release(SharedPools.NOW);
      }
    }

    void run() {
      pools.loop(index).runOne();
    }

    int served() {
      int served = 0;
      boolean waits = false;
      for (Client client : clients) {
        if (client.server == null) {
          waits = true;
        } else if (waits) {
          throw new IllegalStateException("served before its turn");
        } else {
          served++;
        }
      }
      return served;
    }
  }

  @Operation(nonParallelGroup = "left")
  public void askLeft() {
    left.ask();
  }

  @Operation(nonParallelGroup = "left")
  public void releaseLeft() {
    left.release();
  }

  @Operation(nonParallelGroup = "left")
  public void runLeft() {
    left.run();
  }

  @Operation(nonParallelGroup = "right")
  public void askRight() {
    right.ask();
  }

  @Operation(nonParallelGroup = "right")
  public void releaseRight() {
    right.release();
  }

  @Operation(nonParallelGroup = "right")
  public void runRight() {
    right.run();
  }

  @Validate
  public void nobodyWaitsForNothing() {
    pools.settle();
    int served = left.served() + right.served();
    int wanted = Math.min(SIZE, left.clients.size() + right.clients.size());
    if (served != wanted) {
      throw new IllegalStateException(served + " are served, not " + wanted);
    }
  }

  @Test
  void waiters_anyInterleaving_areServed() {
    Interleavings.check(WakeUpLincheckTest.class);
  }
}
