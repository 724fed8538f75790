package io.trunkline.pool;

import io.netty.channel.Channel;
import io.trunkline.protocol.EventLoopConfined;
import java.util.concurrent.RejectedExecutionException;

/// Moves connections from one shard to another of the same pool, and so from loop to loop: idle
/// ones to a shard that asks for them, freed ones to where somebody has waited for longer.
///
/// Each shard has one, which belongs to its loop; they reach each other by tasks of the other's
/// loop.
@EventLoopConfined
final class Handover {
  private final PoolShard shard;

  /// Whether another shard was asked for an idle connection and has not answered yet.
  private boolean asked;

  Handover(PoolShard shard) {
    this.shard = shard;
  }

  /// Asks the shard with the most idle connections for one of them.
  void ask() {
    if (asked) {
      return;
    }
    PoolShard richest = shard.pool().richest(shard.index());
    if (richest != null) {
      asked = true;
      richest.loop().execute(() -> richest.handover().give(shard));
    }
  }

  /// Gives a shard the connection that has been idle here for longest.
  void give(PoolShard asker) {
    ServerConnection server = shard.takeOldestIdle();
    if (server == null) {
      asker.loop().execute(asker.handover()::gotNothing);
      return;
    }
    send(server, asker);
  }

  private void gotNothing() {
    asked = false;
  }

  /// Takes the channel off this loop and registers it with the other one. Until it has arrived
  /// nobody reads from it, and nothing is lost: the kernel keeps what comes.
  void send(ServerConnection server, PoolShard target) {
    Handover there = target.handover();
    if (!shard.pool().parts.movable()) {
      target.loop().execute(there::gotNothing);
      server.close("its place is needed on another event loop");
      return;
    }
    server.become(ServerState.MOVING);
    shard.leaves(server);
    Channel channel = server.channel();
    channel.deregister().addListener(left -> deliver(server, target, there));
  }

  /// A loop that has ended takes no task any more: what was on its way there is closed.
  private static void deliver(ServerConnection server, PoolShard target, Handover there) {
    try {
      target.loop().execute(() -> there.arrive(server));
    } catch (RejectedExecutionException ended) {
      server.channel().unsafe().closeForcibly();
    }
  }

  private void arrive(ServerConnection server) {
    asked = false;
    if (server.state() == ServerState.CLOSED) { // while it belonged to no shard
      shard.pool().closed();
      return;
    }
    Channel channel = server.channel();
    shard.joins(server);
    shard
        .loop()
        .register(channel)
        .addListener(arrived -> {
          if (arrived.isSuccess() && channel.isActive()) {
            shard.arrived(server);
          } else {
            server.close("lost while moving between event loops");
          }
        });
  }
}
