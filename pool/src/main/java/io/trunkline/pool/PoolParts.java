package io.trunkline.pool;

import io.netty.channel.EventLoop;
import io.trunkline.protocol.NanoTime;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/// What every pool of a process shares.
///
/// @param loops the event loops, in the order of their indices
/// @param connector opens server connections
/// @param clock the time
/// @param movable whether a connection can change its event loop; where it cannot, it is closed on
///   the one and opened on the other
/// @param memberConnectionsMax how many connections the pools of one member of a cluster may have
///   together; 0 for no bound
/// @param suspicion told of every pool whose server was lost or could not be reached
/// @param openings what becomes of each loop's attempts to open connections
public record PoolParts(
    List<EventLoop> loops,
    ServerConnector connector,
    NanoTime clock,
    boolean movable,
    ToIntFunction<String> memberConnectionsMax,
    Consumer<PoolKey> suspicion,
    List<Openings> openings) {
  public PoolParts {
    loops = List.copyOf(loops);
    openings = List.copyOf(openings);
  }

  /// Parts whose openings are counted from now on.
  public PoolParts(
      List<EventLoop> loops,
      ServerConnector connector,
      NanoTime clock,
      boolean movable,
      ToIntFunction<String> memberConnectionsMax,
      Consumer<PoolKey> suspicion) {
    this(
        loops,
        connector,
        clock,
        movable,
        memberConnectionsMax,
        suspicion,
        loops.stream().map(_ -> new Openings()).toList());
  }
}
