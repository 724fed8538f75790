package io.trunkline.pool;

/// Why a client gets no server connection, in words and with a SQLSTATE for it.
///
/// @param fatal whether the server refused the login itself, so that the client's session is over
public record LeaseFailure(String sqlState, String message, boolean fatal) {}
