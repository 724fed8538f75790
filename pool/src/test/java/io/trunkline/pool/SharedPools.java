package io.trunkline.pool;

import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.CancelKey;
import io.trunkline.routing.Member;
import io.trunkline.settings.HostPort;
import java.util.List;
import java.util.stream.IntStream;

/// Pools over some [TaskLoop]s, where each attempt to connect ends well as a later task of its
/// loop, and the time stands still: whatever happens is the doing of the loops.
final class SharedPools implements ServerConnector {
  static final long NOW = 1_000_000_000;
  private static final Member MEMBER = Member.unseen("m1", new HostPort("127.0.0.1", 5432));
  private static final CancelKey CANCEL = new CancelKey(1, Bytes.of(new byte[4]));
  private static final ServerIdentity IDENTITY =
      new ServerIdentity(1, MEMBER, CANCEL, ReportedParameters.NONE, NOW, 1000, "");

  private final List<TaskLoop> loops;

  SharedPools(int loops) {
    this.loops = IntStream.range(0, loops).mapToObj(_ -> new TaskLoop()).toList();
  }

  TaskLoop loop(int index) {
    return loops.get(index);
  }

  /// Runs what the loops have to do until there is nothing left.
  void settle() {
    boolean busy = true;
    while (busy) {
      busy = false;
      for (TaskLoop loop : loops) {
        busy |= loop.runOne();
      }
    }
  }

  PoolParts parts() {
    return new PoolParts(List.copyOf(loops), this, () -> NOW, true, cluster -> 0, suspect -> {});
  }

  /// Settings to be made once for all runs.
  static PoolSettings settings(int size, int connectParallel) {
    return PoolSettings.defaults()
        .with(PoolRig.DEFAULTS.with("size", size).with("connect_parallel", connectParallel));
  }

  ServerPool pool(String database, PoolSettings settings, Limit... limits) {
    return new ServerPool(
        new PoolKey("c", "m1", database, "u"), settings, parts(), MEMBER, List.of(limits));
  }

  @Override
  public void connect(ServerPool asking, ServerStartup startup, EventLoop loop, Outcome outcome) {
    loop.execute(() -> outcome.onConnected(new Server(), IDENTITY));
  }

  @Override
  public void cancel(ServerConnection server, Runnable ended) {
    throw new UnsupportedOperationException("nobody cancels here");
  }

  /// A server that leaves its loop at once.
  private static final class Server extends EmbeddedChannel {
    @Override
    public ChannelFuture deregister() {
      return newSucceededFuture();
    }
  }
}
