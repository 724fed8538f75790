package io.trunkline.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Sends texts to a Unix datagram socket: that of syslog, or of the service manager. There is no
/// way to in the JDK, so epoll must be there. Whatever cannot be sent is lost. Thread-safe.
final class Datagrams implements AutoCloseable {
  private static final long SENT_SECONDS = 1;
  private static final AtomicLong NEXT = new AtomicLong(1);

  private final EventLoopGroup loop;
  private final Channel channel;
  private final DomainSocketAddress to;

  private Datagrams(EventLoopGroup loop, Channel channel, DomainSocketAddress to) {
    this.loop = loop;
    this.channel = channel;
    this.to = to;
  }

  /// @param path of the socket; `@` begins a name in the abstract namespace
  /// @throws IllegalStateException where there are none
  static Datagrams to(String path) {
    if (!Epoll.isAvailable()) {
      throw new IllegalStateException("only epoll can send to " + path);
    }
    var loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("datagrams", true), EpollIoHandler.newFactory());
    Channel channel =
        new Bootstrap()
            .group(loop)
            .channel(EpollDomainDatagramChannel.class)
            .handler(new ChannelInboundHandlerAdapter())
            .bind(own())
            .syncUninterruptibly()
            .channel();
    String name = path.startsWith("@") ? '\0' + path.substring(1) : path;
    return new Datagrams(loop, channel, new DomainSocketAddress(name));
  }

  /// Only a channel that has an address sends; nobody else looks for this one.
  private static DomainSocketAddress own() {
    long pid = ProcessHandle.current().pid();
    return new DomainSocketAddress("\0trunkline/%d/%d".formatted(pid, NEXT.getAndIncrement()));
  }

  /// Unless more waits to be sent than there is room for: whoever reads there may have stopped.
  void send(byte[] text) {
    if (channel.isWritable()) {
      channel.writeAndFlush(new DomainDatagramPacket(Unpooled.wrappedBuffer(text), to));
    }
  }

  /// What was sent before has gone when this returns.
  @Override
  public void close() {
    channel.write(Unpooled.EMPTY_BUFFER).awaitUninterruptibly(SENT_SECONDS, TimeUnit.SECONDS);
    channel.close().awaitUninterruptibly(SENT_SECONDS, TimeUnit.SECONDS);
    loop.shutdownGracefully(0, SENT_SECONDS, TimeUnit.SECONDS);
  }
}
