package io.trunkline.proxy.rig;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// A Unix datagram socket that keeps what it gets, as syslog or the service manager would.
public final class DatagramSink implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final EventLoopGroup loop;
  private final Channel channel;
  private final List<String> got = new CopyOnWriteArrayList<>();

  private DatagramSink(Path path) {
    loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    channel =
        new Bootstrap()
            .group(loop)
            .channel(EpollDomainDatagramChannel.class)
            .handler(
                new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                  @Override
                  protected void channelRead0(
                      ChannelHandlerContext ctx, DomainDatagramPacket packet) {
                    got.add(packet.content().toString(StandardCharsets.UTF_8));
                  }
                })
            .bind(new DomainSocketAddress(path.toString()))
            .syncUninterruptibly()
            .channel();
  }

  /// The test is skipped where there is no epoll.
  public static DatagramSink at(Path path) {
    Assumptions.assumeTrue(Epoll.isAvailable(), "there is no epoll");
    return new DatagramSink(path);
  }

  /// Waits for one that has this text.
  public String await(String text) {
    Await.until(SOON, "it gets " + text, () -> got.stream().anyMatch(one -> one.contains(text)));
    return got.stream().filter(one -> one.contains(text)).findFirst().orElseThrow();
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
