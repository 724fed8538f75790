package io.trunkline.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.function.Consumer;

/// One event loop with the cheapest sockets there are, on 127.0.0.1.
///
/// @param loop where everything happens
record Sockets(
    EventLoop loop, Class<? extends Channel> client, Class<? extends ServerChannel> server) {
  static final String HOST = "127.0.0.1";
  private static final int BACKLOG = 4096;

  static Sockets open() {
    return Epoll.isAvailable()
        ? new Sockets(
            loop(EpollIoHandler.newFactory()),
            EpollSocketChannel.class,
            EpollServerSocketChannel.class)
        : new Sockets(
            loop(NioIoHandler.newFactory()), NioSocketChannel.class, NioServerSocketChannel.class);
  }

  @SuppressWarnings("resource") // one for the life of the process
  private static EventLoop loop(IoHandlerFactory factory) {
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, factory);
    return group.next();
  }

  Bootstrap connector(Consumer<Channel> initializer) {
    return new Bootstrap()
        .group(loop)
        .channel(client)
        .option(ChannelOption.TCP_NODELAY, true)
        .handler(initialize(initializer));
  }

  ServerBootstrap listener(Consumer<Channel> initializer) {
    return new ServerBootstrap()
        .group(loop)
        .channel(server)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(initialize(initializer));
  }

  private static ChannelInitializer<Channel> initialize(Consumer<Channel> initializer) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        initializer.accept(channel);
      }
    };
  }
}
