package io.trunkline.proxy.login;

import io.netty.channel.Channel;
import io.trunkline.proxy.session.ClientPhase;

/// Makes console sessions: what answers on the databases that are no databases.
@FunctionalInterface
public interface Console {

  /// A session for a user who has logged in and may use the console.
  ClientPhase open(Channel channel, String user, String address);
}
