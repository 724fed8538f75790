package io.trunkline.proxy.login;

import io.netty.channel.Channel;
import io.trunkline.conf.AdminRole;
import io.trunkline.proxy.session.ClientLimits;
import org.jspecify.annotations.Nullable;

/// Whether there is a place for one more connection, taken before anybody is asked for a password
/// and given back when the connection closes.
final class Admission {
  private final Logins logins;
  private final Channel channel;

  Admission(Logins logins, Channel channel) {
    this.logins = logins;
    this.channel = channel;
  }

  /// How many may be here, but for the reserve.
  int max() {
    return logins.limits().maxClientConnections();
  }

  /// A client of a database.
  boolean ofClient() {
    ClientLimits clients = logins.clients();
    return entered(clients.enter(max()), clients::leave);
  }

  /// Somebody who wants to use the console, and may come in when clients have taken every place.
  /// The last reserved place is for admins: no crowd of watchers keeps them out.
  ///
  /// @param role what it may do if it is who it claims to be; null for nobody who may use it
  boolean ofGuest(@Nullable AdminRole role) {
    ClientLimits clients = logins.clients();
    return entered(clients.enterConsole(max() + reserveFor(role)), clients::leaveConsole);
  }

  private int reserveFor(@Nullable AdminRole role) {
    int all = logins.limits().reservedConsoleConnections();
    if (role == null) {
      return 0;
    }
    return role == AdminRole.ADMIN ? all : Math.max(0, all - 1);
  }

  private boolean entered(boolean entered, Runnable leave) {
    if (entered) {
      channel.closeFuture().addListener(closed -> leave.run());
    }
    return entered;
  }
}
