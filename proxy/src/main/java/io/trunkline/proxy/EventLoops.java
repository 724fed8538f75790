package io.trunkline.proxy;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The event loops of the process, each a thread, in a fixed order.
final class EventLoops implements AutoCloseable {
  private final MultiThreadIoEventLoopGroup group;
  private final List<EventLoop> loops;

  /// @param count 0 for one per processor
  EventLoops(Transport transport, int count) {
    int threads = count > 0 ? count : Runtime.getRuntime().availableProcessors();
    this.group =
        new MultiThreadIoEventLoopGroup(
            threads, new DefaultThreadFactory("loop"), transport.handlers());
    List<EventLoop> all = new ArrayList<>(threads);
    group.forEach(executor -> all.add((EventLoop) executor));
    this.loops = List.copyOf(all);
  }

  MultiThreadIoEventLoopGroup group() {
    return group;
  }

  List<EventLoop> loops() {
    return loops;
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}
