package io.trunkline.proxy.session;

import io.trunkline.pool.ServerConnection;
import io.trunkline.pool.ServerPool;
import io.trunkline.protocol.message.ErrorResponse;
import org.jspecify.annotations.Nullable;

/// A question to a member that has ended a session with FATAL 57P01: is it going down, or was that
/// session alone meant? One that is going down takes no new connection.
///
/// @param pool where a connection is asked for
/// @param failures how often one had been refused by then
/// @param said what the server said
/// @param otherwise what the client is told if the member is going down; null when its requests are
///   sent to the next server
/// @param outlook what the client can do then
record Knock(
    ServerPool pool,
    int failures,
    ErrorResponse said,
    @Nullable ErrorResponse otherwise,
    Outlook outlook) {

  /// Whether this connection shows that the member is well, and has been all the time.
  boolean isAnsweredBy(ServerConnection server) {
    return server.pool().equals(pool) && pool.failures() == failures;
  }
}
