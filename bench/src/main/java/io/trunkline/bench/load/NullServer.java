package io.trunkline.bench.load;

import io.netty.channel.Channel;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;

/// A server that answers from memory, so that what is measured is what stands before it: logins
/// without a password, queries of either protocol with one small row, bulk transfers both ways.
/// Knows no SQL beyond the first words.
///
/// Who asks what a server is (its role, its timeline) is let through to a real one: everything a
/// certain user sends goes there.
public final class NullServer {
  private NullServer() {}

  /// Prints the port it listens on, and ends with its standard input.
  ///
  /// @param arguments the user whose connections are passed on, and to which port
  public static void main(String[] arguments) throws IOException {
    PrintStream answers = Answers.take();
    var bridge = new Bridge.To(arguments[0], Integer.parseInt(arguments[1]));
    answers.println(start(Sockets.open(), bridge));
    answers.flush();
    while (System.in.read() >= 0) {
      // nobody says anything: the end is the message
    }
    System.exit(0);
  }

  /// Begins to listen and returns the port.
  static int start(Sockets sockets, Bridge.To bridge) {
    Channel channel =
        sockets
            .listener(c -> c.pipeline().addLast(new NullSession(c, sockets, bridge)))
            .bind(Sockets.HOST, 0)
            .syncUninterruptibly()
            .channel();
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }
}
