package io.trunkline.proxy.login;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.PeerCredentials;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Who is at the other end of a Unix socket, by the system's word (SO_PEERCRED, unix(7)).
public record UnixPeer(int pid, int uid) {

  /// Null where the channel is none of a Unix socket, or the system does not tell.
  public static @Nullable UnixPeer of(Channel channel) {
    try {
      PeerCredentials credentials =
          switch (channel) {
            case EpollDomainSocketChannel unix -> unix.peerCredentials();
            case IoUringDomainSocketChannel unix -> unix.peerCredentials();
            default -> null;
          };
      return credentials == null ? null : new UnixPeer(credentials.pid(), credentials.uid());
    } catch (IOException gone) {
      return null;
    }
  }
}
