package io.trunkline.health;

import io.trunkline.routing.Lsn;
import io.trunkline.routing.Role;
import io.trunkline.settings.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Knows of a member only whether somebody accepts connections there, or takes even that for
/// granted: for servers that nobody may log in to for a probe. Its role stays unknown, so that only
/// clients who take any member go there.
///
/// A connection that ends before its first byte is no line in PostgreSQL's log, unless
/// `log_connections` is on (`ProcessStartupPacket`, backend_startup.c).
public final class PortProbe implements Probe {
  private final DeclaredMember member;
  private final ProbeMethod method;
  private final Duration timeout;
  private final LongSupplier nanoTime;

  /// @param method anything but [ProbeMethod#SQL]
  /// @param timeout of one connection; a name is looked up before
  public PortProbe(
      DeclaredMember member, ProbeMethod method, Duration timeout, LongSupplier nanoTime) {
    if (method == ProbeMethod.SQL) {
      throw new IllegalArgumentException("no SQL is spoken here");
    }
    this.member = member;
    this.method = method;
    this.timeout = timeout;
    this.nanoTime = nanoTime;
  }

  @Override
  public Observation look() {
    long began = nanoTime.getAsLong();
    try {
      if (method == ProbeMethod.CONNECT) {
        connect(member.address());
      }
    } catch (IOException e) {
      return ProbeFailure.dead(member.name(), e);
    }
    long now = nanoTime.getAsLong();
    return new Observation.Alive(
        member.name(),
        Role.UNKNOWN,
        0,
        Lsn.ZERO,
        Lsn.ZERO,
        null,
        null,
        false,
        0,
        0,
        method == ProbeMethod.CONNECT ? now - began : 0,
        now);
  }

  private void connect(HostPort address) throws IOException {
    if (address.isUnix()) {
      SocketAddress file = UnixDomainSocketAddress.of(address.socketFile());
      try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        channel.connect(file); // answers at once, or not at all
      }
      return;
    }
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(address.host(), address.port()), (int) timeout.toMillis());
    }
  }

  @Override
  public void close() {
    // a look keeps nothing open
  }
}
