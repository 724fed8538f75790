package io.trunkline.proxy.login;

/// Who a client says it is, before it has proved it.
///
/// @param cluster the cluster it is bound for
/// @param database where to ask about it: a name from the settings, never one of the client's own
/// @param user as the client wrote it
public record Claim(String cluster, String database, String user) {}
