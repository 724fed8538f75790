package io.trunkline.proxy;

import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The listening sockets that the service manager has opened for this process, which takes them in
/// the place of its own. sd_listen_fds(3).
final class PassedSockets {
  private static final int FIRST = 3;
  private static final int MOST = 64;

  private final List<Integer> descriptors;

  private PassedSockets(List<Integer> descriptors) {
    this.descriptors = List.copyOf(descriptors);
  }

  /// @param environment of the process
  /// @param pid of the process, which the sockets must be meant for
  /// @throws IllegalStateException when the environment says nonsense
  static PassedSockets of(Map<String, String> environment, long pid) {
    String count = environment.getOrDefault("LISTEN_FDS", "");
    if (count.isEmpty() || !environment.getOrDefault("LISTEN_PID", "").equals("" + pid)) {
      return new PassedSockets(List.of());
    }
    if (!count.matches("[0-9]{1,3}") || Integer.parseInt(count) > MOST) {
      throw new IllegalStateException(
          "LISTEN_FDS: found %s, allowed 0 to %d".formatted(count, MOST));
    }
    List<Integer> descriptors = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(count); i++) {
      descriptors.add(FIRST + i);
    }
    return new PassedSockets(descriptors);
  }

  boolean isEmpty() {
    return descriptors.isEmpty();
  }

  /// A channel for each socket, to be registered. epoll must be there.
  List<ServerChannel> channels() {
    List<ServerChannel> channels = new ArrayList<>();
    for (int descriptor : descriptors) {
      channels.add(
          isUnix(descriptor)
              ? new EpollServerDomainSocketChannel(descriptor, true)
              : new EpollServerSocketChannel(descriptor));
    }
    return channels;
  }

  /// Whether a socket is one of those the system lists as Unix sockets. proc_net(5).
  private static boolean isUnix(int descriptor) {
    try {
      String link = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      String inode = link.replaceAll("[^0-9]", "");
      try (var lines = Files.lines(Path.of("/proc/net/unix"))) {
        return lines.anyMatch(
            line -> line.contains(" " + inode + " ") || line.endsWith(" " + inode));
      }
    } catch (IOException e) {
      throw new IllegalStateException("LISTEN_FDS: there is no descriptor " + descriptor, e);
    }
  }
}
