package io.trunkline.pool;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.trunkline.protocol.SqlState;
import org.jspecify.annotations.Nullable;

/// Opens server connections: dials, secures and logs in, within the pool's connect timeout.
public interface ServerConnector {

  /// What becomes of an attempt. Exactly one of the two is called, on `loop`.
  interface Outcome {

    /// Logged in and idle. The channel's pipeline has no handler of the login left in it.
    void onConnected(Channel channel, ServerIdentity identity);

    void onFailed(ConnectFailure failure);
  }

  /// Why an attempt failed.
  ///
  /// @param sqlState what the server said; null when it never spoke
  /// @param message in words, with the server's name
  record ConnectFailure(@Nullable String sqlState, String message) {

    /// Whether those who wait need not wait on. A server that cannot be reached, is starting up or
    /// shutting down, or has no room left while connections of ours are open, may serve them yet.
    boolean isFinal(boolean othersOpen) {
      if (sqlState == null || sqlState.startsWith("57P")) {
        return false;
      }
      return !(SqlState.TOO_MANY_CONNECTIONS.equals(sqlState) && othersOpen);
    }

    String sqlStateOr(String otherwise) {
      return sqlState == null ? otherwise : sqlState;
    }
  }

  /// Begins an attempt on `loop`, to log in with `startup`; never blocks.
  void connect(ServerPool pool, ServerStartup startup, EventLoop loop, Outcome outcome);

  /// Asks the server to cancel what `server` is doing, over a connection of its own, within the
  /// pool's cancel timeout. `ended` runs on the loop of `server` once the request has been acted on
  /// or has failed: then no cancel can come any more.
  void cancel(ServerConnection server, Runnable ended);
}
