package io.trunkline.proxy.login;

import io.netty.channel.Channel;
import io.trunkline.conf.AdminRole;
import io.trunkline.protocol.ProtocolVersion;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.proxy.session.ClientPhase;
import org.jspecify.annotations.Nullable;

/// Makes console sessions: what answers on the databases that are no databases.
public interface Console {

  /// What a login has shown of who wants to use the console.
  ///
  /// @param id counts the clients of this process
  /// @param user who it is; may use the console
  /// @param role what it may do
  /// @param database the console's name that was used
  /// @param address where it comes from, for people
  /// @param version the protocol it speaks
  /// @param applicationName what it calls itself; empty for nothing
  record Login(
      long id,
      String user,
      AdminRole role,
      String database,
      String address,
      ProtocolVersion version,
      String applicationName) {}

  /// Why clients of a database may not come in now, by an operator's word; null when they may.
  /// Called on any thread.
  @Nullable ErrorResponse closed(String database);

  /// A session for a user who has logged in and may use the console.
  ClientPhase open(Channel channel, Login login);
}
