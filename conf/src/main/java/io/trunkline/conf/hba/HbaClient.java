package io.trunkline.conf.hba;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// A client that wants to come in, as lines are compared with it.
///
/// @param address where it comes from; null for a Unix socket
/// @param encrypted whether it has TLS
/// @param database the one it asks for; of no account for physical replication
/// @param physicalReplication whether it asks for replication without a database
public record HbaClient(
    @Nullable InetAddress address,
    boolean encrypted,
    String database,
    String user,
    boolean physicalReplication) {}
