package io.trunkline.pool;

import io.netty.channel.Channel;
import io.netty.channel.unix.UnixChannel;
import org.jspecify.annotations.Nullable;

/// The number by which the system knows a socket, as `/proc/PID/fd` and strace show it.
public final class SocketDescriptor {
  private SocketDescriptor() {}

  /// Null where the channel keeps it to itself, as NIO's do.
  public static @Nullable Integer of(Channel channel) {
    return channel instanceof UnixChannel unix ? unix.fd().intValue() : null;
  }
}
