package io.trunkline.proxy.session;

/// Where a client is in its session. An enum and not a sealed type because it changes several times
/// per transaction.
public enum ClientState {
  /// Has no server and needs none.
  UNLEASED,
  /// Wants a server, but there is no member to go to.
  HOLDING,
  /// Wants a server, and stands in a pool's queue.
  WAITING,
  /// Has a server that is being given the client's settings.
  APPLYING,
  /// Has a server; bytes flow.
  LEASED,
  /// Has a server, and could begin something, but nothing may begin there now.
  PARKED,
  /// The transaction has ended; the server is asked what state it left behind.
  SETTLING,
  /// The server skips to the end of what is then sent again.
  REPEATING,
  /// Gone.
  CLOSED
}
