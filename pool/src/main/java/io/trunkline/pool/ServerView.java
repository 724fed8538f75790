package io.trunkline.pool;

import io.netty.channel.Channel;
import io.trunkline.settings.HostPort;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// One server connection at one moment, for those who show it: a copy that may leave its event
/// loop.
///
/// @param id counts the server connections of this process
/// @param key the pool it belongs to
/// @param state where it is
/// @param address where its server listens
/// @param remote where it is connected to
/// @param local where it is connected from
/// @param bornNanos when it was opened
/// @param idleSinceNanos when it was last put away; 0 when it never was
/// @param processId of the server process behind it
/// @param tls the TLS protocol; empty for plain text
/// @param parameters what its server has reported
/// @param preparedStatements shared statements prepared there
/// @param leases how often it was given to a client
/// @param cancels cancel requests for it that have not ended
/// @param retirement why it is closed when it is free next; empty when it may be used again
/// @param unsentBytes bytes the server has not taken yet
/// @param descriptor of its socket; null where that is not known
public record ServerView(
    long id,
    PoolKey key,
    Phase state,
    HostPort address,
    @Nullable SocketAddress remote,
    @Nullable SocketAddress local,
    long bornNanos,
    long idleSinceNanos,
    int processId,
    String tls,
    ReportedParameters parameters,
    int preparedStatements,
    long leases,
    int cancels,
    String retirement,
    long unsentBytes,
    @Nullable Integer descriptor) {

  /// Where a connection is, as an operator sees it.
  public enum Phase {
    /// Free for the next client.
    IDLE,
    /// Belongs to a client, or still does what one that has left asked for.
    ACTIVE,
    /// Released, and being cleaned before it is free.
    TESTED,
    /// Released, and kept until a cancel request for it has ended.
    BEING_CANCELED
  }

  /// What its session is called now.
  public String applicationName() {
    String name = parameters.get("application_name");
    return name == null ? "" : name;
  }

  /// When it was last given back, or else opened.
  public long lastUsedNanos() {
    return idleSinceNanos == 0 ? bornNanos : idleSinceNanos;
  }

  /// As it is now. Called on its loop.
  public static ServerView of(ServerConnection server) {
    Channel channel = server.channel();
    String retirement = server.retirement();
    return new ServerView(
        server.identity().id(),
        server.key(),
        phase(server),
        server.identity().member().address(),
        channel.remoteAddress(),
        channel.localAddress(),
        server.identity().bornNanos(),
        server.idleSinceNanos(),
        server.identity().cancelKey().processId(),
        server.identity().tls(),
        server.parameters(),
        server.statements().size(),
        server.leases(),
        server.cancelsInFlight(),
        retirement == null ? "" : retirement,
        unsentBytes(channel),
        SocketDescriptor.of(channel));
  }

  /// Where a connection is. Called on its loop.
  public static Phase phase(ServerConnection server) {
    return switch (server.state()) {
      case IDLE, MOVING, CLOSED -> Phase.IDLE;
      case LEASED, ABANDONED -> Phase.ACTIVE;
      case CLEANING ->
          server.cancelsInFlight() > 0 && server.pending().isEmpty()
              ? Phase.BEING_CANCELED
              : Phase.TESTED;
    };
  }

  private static long unsentBytes(Channel channel) {
    var buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }
}
