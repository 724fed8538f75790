package io.trunkline.bench.load;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A server that answers from memory, so that what is measured is what stands before it: logins
/// without a password, queries of either protocol with one small row, bulk transfers both ways.
/// Knows no SQL beyond the first words.
///
/// Who asks what a server is (its role, its timeline) is let through to a real one: everything a
/// certain user sends goes there.
public final class NullServer {
  private static final int ARGUMENTS = 3;

  private final Sockets sockets;
  private final ChannelGroup sessions;
  private final Bridge.To bridge;
  private Channel listener;

  private NullServer(Sockets sockets, Bridge.To bridge) {
    this.sockets = sockets;
    this.sessions = new DefaultChannelGroup(sockets.loop());
    this.bridge = bridge;
    this.listener = listen(0).syncUninterruptibly().channel();
  }

  /// Prints the port it listens on, and ends with its standard input. A line `outage after length`,
  /// both in milliseconds, has it go away for a time.
  ///
  /// @param arguments the user whose connections are passed on, and to which port
  public static void main(String[] arguments) throws IOException {
    PrintStream answers = Answers.take();
    var bridge = new Bridge.To(arguments[0], Integer.parseInt(arguments[1]));
    NullServer server = start(Sockets.open(), bridge);
    answers.println(server.port());
    answers.flush();
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line = in.readLine();
    while (line != null) {
      server.obey(line.split(" ", ARGUMENTS));
      line = in.readLine();
    }
    System.exit(0);
  }

  /// Begins to listen.
  static NullServer start(Sockets sockets, Bridge.To bridge) {
    return new NullServer(sockets, bridge);
  }

  int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  private ChannelFuture listen(int port) {
    return sockets
        .listener(channel -> {
          sessions.add(channel);
          channel.pipeline().addLast(new NullSession(channel, sockets, bridge));
        })
        .bind(Sockets.HOST, port);
  }

  private void obey(String... words) {
    goAway(
        Duration.ofMillis(Long.parseLong(words[1])), Duration.ofMillis(Long.parseLong(words[2])));
  }

  /// Ends all connections and refuses new ones, as a server does whose machine moves to another.
  void goAway(Duration after, Duration length) {
    sockets.loop().schedule(() -> fall(length), after.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void fall(Duration length) {
    int port = port();
    listener.close();
    sessions.close();
    sockets.loop().schedule(() -> rise(port), length.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void rise(int port) {
    listener = listen(port).channel();
  }
}
