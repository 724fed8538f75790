package io.trunkline.pool;

/// Why a client gets no server connection, in words and with a SQLSTATE for it.
public record LeaseFailure(String sqlState, String message) {}
