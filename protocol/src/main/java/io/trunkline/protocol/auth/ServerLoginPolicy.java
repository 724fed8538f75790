package io.trunkline.protocol.auth;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/// What a login to a server may give away: a server, or whoever poses as one, that asks for
/// anything else is refused before anything is sent.
public record ServerLoginPolicy(ChannelBinding channelBinding, Set<ServerAuthMethod> allowed) {
  /// Whatever the server asks for: for a connection that is private.
  public static final ServerLoginPolicy ANY =
      new ServerLoginPolicy(ChannelBinding.PREFER, EnumSet.allOf(ServerAuthMethod.class));

  public ServerLoginPolicy {
    EnumSet<ServerAuthMethod> inOrder = EnumSet.noneOf(ServerAuthMethod.class);
    inOrder.addAll(allowed);
    allowed = Collections.unmodifiableSet(inOrder);
  }
}
