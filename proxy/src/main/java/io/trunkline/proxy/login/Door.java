package io.trunkline.proxy.login;

import io.netty.channel.Channel;
import io.trunkline.conf.ListenerSettings;
import io.trunkline.protocol.tls.ClientTls;
import io.trunkline.proxy.session.ClientHandler;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One listener, as the logins of its clients see it.
///
/// @param settings what the file says of it
/// @param tls TLS as it offers it
/// @param logins what all listeners share
/// @param present what the configuration of now says of the listener in its place; null when there
///   is none
public record Door(
    ListenerSettings settings,
    ClientTls tls,
    Logins logins,
    Supplier<@Nullable ListenerSettings> present) {

  /// The handler for a new connection.
  public ClientHandler newHandler() {
    return new ClientHandler(
        (ClientHandler handler, Channel channel) -> new StartupPhase(handler, channel, this));
  }
}
