package io.trunkline.proxy.console;

import io.netty.channel.Channel;
import io.trunkline.conf.AdminRole;
import io.trunkline.proxy.login.Console.Login;
import java.util.concurrent.atomic.AtomicReference;

/// Who uses the console. Thread-safe: every other guest may look at it.
///
/// @param login what the login has shown
/// @param channel the connection
/// @param role what it may do
/// @param connectedNanos since when it is here
/// @param applicationName what it calls itself now
record Guest(
    Login login,
    Channel channel,
    AdminRole role,
    long connectedNanos,
    AtomicReference<String> applicationName) {

  boolean may(AdminRole needed) {
    return role.compareTo(needed) >= 0;
  }

  @Override
  public String toString() {
    return "c-%d %s/%s@%s".formatted(login.id(), login.database(), login.user(), login.address());
  }
}
