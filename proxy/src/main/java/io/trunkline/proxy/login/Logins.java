package io.trunkline.proxy.login;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.trunkline.conf.LimitSettings;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.protocol.NanoTime;
import io.trunkline.protocol.auth.LoginTools;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.proxy.session.CancelRegistry;
import io.trunkline.proxy.session.ClientLimits;
import io.trunkline.proxy.session.ErrorCounts;
import io.trunkline.proxy.session.LoopContext;
import java.util.function.Function;
import java.util.function.Supplier;

/// What the logins of all clients share.
///
/// @param config the present configuration
/// @param tools mock secrets, salted passwords, randomness
/// @param gate asks the HBA file
/// @param secrets where users' secrets are found
/// @param roles tells which roles may log in
/// @param credentials what clients' logins leave for logins at servers
/// @param saltings computes what takes long
/// @param contexts the context of an event loop
/// @param errors where an event loop counts the errors its clients are told
/// @param console makes console sessions
/// @param clock tells how long logins took
public record Logins(
    Supplier<ProxyConfig> config,
    LoginTools tools,
    Gate gate,
    SecretSource secrets,
    Roles roles,
    ServerCredentials credentials,
    Saltings saltings,
    Function<EventLoop, LoopContext> contexts,
    Function<EventLoop, ErrorCounts> errors,
    CancelRegistry cancels,
    ClientLimits clients,
    Console console,
    NanoTime clock) {

  /// Counts an error that ends a login. Called on the client's loop.
  void countRefusal(Channel channel, ErrorResponse error) {
    errors.apply(channel.eventLoop()).count(ErrorCounts.Origin.LOGIN, error);
  }

  /// What a login that begins now needs.
  LoginTools present() {
    return tools.withIterations(config.get().auth().scramIterations());
  }

  LimitSettings limits() {
    return config.get().limits();
  }
}
