package io.trunkline.proxy.console;

import io.netty.channel.Channel;
import io.trunkline.conf.AdminRole;
import io.trunkline.protocol.NanoTime;
import io.trunkline.proxy.login.Console.Login;
import io.trunkline.proxy.session.ClientLog;
import java.util.concurrent.atomic.AtomicReference;

/// Who uses the console. Thread-safe: every other guest may look at it.
///
/// @param login what the login has shown
/// @param channel the connection
/// @param role what it may do
/// @param clock what it came by
/// @param connectedNanos since when it is here
/// @param applicationName what it calls itself now
record Guest(
    Login login,
    Channel channel,
    AdminRole role,
    NanoTime clock,
    long connectedNanos,
    AtomicReference<String> applicationName) {

  boolean may(AdminRole needed) {
    return role.compareTo(needed) >= 0;
  }

  /// For how long it has been here.
  long ageNanos() {
    return clock.now() - connectedNanos;
  }

  @Override
  public String toString() {
    return ClientLog.name(login.id(), login.database(), login.user(), login.address());
  }
}
