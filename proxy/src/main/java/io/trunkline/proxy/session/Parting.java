package io.trunkline.proxy.session;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// The end of a connection to which something has been said that its client should still read: it
/// closes once everything is on its way, or when the client does not take it in time.
final class Parting {
  private static final long PATIENCE_SECONDS = 30;

  private Parting() {}

  static void closeWhenSaid(Channel client) {
    client.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(said -> client.close());
    if (client.isOpen()) {
      Future<?> timer =
          client.eventLoop().schedule(() -> client.close(), PATIENCE_SECONDS, TimeUnit.SECONDS);
      client.closeFuture().addListener(closed -> timer.cancel(false));
    }
  }
}
