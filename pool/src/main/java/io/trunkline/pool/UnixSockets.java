package io.trunkline.pool;

import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.util.function.Function;

/// How a transport reaches a server through a Unix socket.
///
/// @param channelType of a connection
/// @param address makes what the transport takes for the path of a socket; one that begins with `@`
///   is in Linux' abstract namespace, where the transport knows that
public record UnixSockets(
    Class<? extends Channel> channelType, Function<String, SocketAddress> address) {}
