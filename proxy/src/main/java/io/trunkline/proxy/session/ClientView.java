package io.trunkline.proxy.session;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.trunkline.pool.ReportedParameters;
import io.trunkline.pool.ServerConnection;
import io.trunkline.pool.SocketDescriptor;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.sql.PinReason;
import java.net.SocketAddress;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One client at one moment, for those who show it: a copy that may leave its event loop.
///
/// @param profile who it is
/// @param state where it is
/// @param remote where it comes from
/// @param local where it came to
/// @param tls protocol and cipher; empty for plain text
/// @param applicationName what it calls itself
/// @param parameters what it knows of its server's
/// @param preparedStatements statements it has prepared by name
/// @param server the server it has; null for none
/// @param waitReason why it has no server although it wants one; empty when it does not wait
/// @param pinReason why it keeps its server between transactions; empty when it does not
/// @param times since when it is as it is
/// @param unsentBytes bytes it has not taken yet
/// @param descriptor of its socket; null where that is not known
public record ClientView(
    ClientProfile profile,
    Phase state,
    @Nullable SocketAddress remote,
    @Nullable SocketAddress local,
    String tls,
    String applicationName,
    ReportedParameters parameters,
    int preparedStatements,
    @Nullable Held server,
    String waitReason,
    String pinReason,
    Times times,
    long unsentBytes,
    @Nullable Integer descriptor) {

  /// Where a client is, as an operator sees it.
  public enum Phase {
    /// Has no server and wants none.
    IDLE,
    /// Wants a server and has none.
    WAITING,
    /// Has a server.
    ACTIVE
  }

  /// The server connection a client has.
  public record Held(long id, String member, int processId) {}

  /// Moments in the time of the process's clock; 0 for what is not so.
  ///
  /// @param connected when its login ended
  /// @param heard when it last sent something
  /// @param request since when a request is unanswered
  /// @param waiting since when it wants a server
  /// @param pinned since when it keeps its server
  public record Times(long connected, long heard, long request, long waiting, long pinned) {}

  /// As it is now; null when it is gone already. Called on its loop.
  public static @Nullable ClientView of(ClientSession session) {
    Phase phase = phase(session.state());
    if (phase == null) {
      return null;
    }
    SessionState state = session.sessionState();
    SessionTimeouts timeouts = session.timeouts();
    Channel channel = session.channel();
    return new ClientView(
        session.profile(),
        phase,
        channel.remoteAddress(),
        channel.localAddress(),
        tls(channel),
        applicationName(session),
        session.leasing().parameters(),
        session.statements().names().size(),
        held(session.server()),
        waitReason(session),
        pinReason(state),
        new Times(
            timeouts.connectedSinceNanos(),
            timeouts.heardAtNanos(),
            timeouts.requestSinceNanos(),
            timeouts.waitingSinceNanos(),
            state.pinnedSinceNanos()),
        unsentBytes(channel),
        SocketDescriptor.of(channel));
  }

  /// Where a session is; null when it is nowhere any more. Called on its loop.
  public static @Nullable Phase phase(ClientState state) {
    return switch (state) {
      case UNLEASED -> Phase.IDLE;
      case HOLDING, WAITING -> Phase.WAITING;
      case APPLYING, LEASED, PARKED, SETTLING, REPEATING -> Phase.ACTIVE;
      case CLOSED -> null;
    };
  }

  /// Whether a client has something under way at this member; streams of replication, which have no
  /// end to wait for, do not count. Called on its loop.
  public static boolean worksAt(ClientSession session, String cluster, String member) {
    ServerConnection server = session.server();
    return server != null
        && !session.profile().hasOwnServer()
        && server.key().cluster().equals(cluster)
        && server.key().member().equals(member)
        && (server.status() != TransactionStatus.IDLE || !server.pending().isAtRest());
  }

  /// Since when a session waits for a server; 0 when it does not. Called on its loop.
  public static long waitingSince(ClientSession session) {
    return session.timeouts().waitingSinceNanos();
  }

  private static @Nullable Held held(@Nullable ServerConnection server) {
    return server == null
        ? null
        : new Held(
            server.identity().id(),
            server.key().member(),
            server.identity().cancelKey().processId());
  }

  private static String applicationName(ClientSession session) {
    String name = session.sessionState().settings().get("application_name");
    return name == null ? "" : name;
  }

  private static String waitReason(ClientSession session) {
    return switch (session.state()) {
      case HOLDING -> session.leasing().holdReason();
      case WAITING -> "all server connections of the pool are in use";
      default -> "";
    };
  }

  private static String pinReason(SessionState state) {
    return state.pins().stream().map(PinReason::text).collect(Collectors.joining(", "));
  }

  /// Protocol and cipher of a channel; empty for plain text.
  public static String tls(Channel channel) {
    SslHandler handler = channel.pipeline().get(SslHandler.class);
    if (handler == null) {
      return "";
    }
    var session = handler.engine().getSession();
    return session.getProtocol() + "/" + session.getCipherSuite();
  }

  static long unsentBytes(Channel channel) {
    var buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }
}
