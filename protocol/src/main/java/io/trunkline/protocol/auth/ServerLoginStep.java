package io.trunkline.protocol.auth;

import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.protocol.message.FrontendMessage;
import org.jspecify.annotations.Nullable;

/// What the driver of a [ServerLogin] has to do next.
public sealed interface ServerLoginStep {

  /// Send this and wait for the server's next message.
  record Send(FrontendMessage message) implements ServerLoginStep {}

  /// Have this done by a thread that may be busy, then call [ServerLogin#onComputed] on the
  /// connection's own.
  record Compute(PasswordSalting salting) implements ServerLoginStep {}

  /// Nothing to do before the server's next message.
  record Wait() implements ServerLoginStep {}

  /// The server has let us in; what it says next is for [ServerGreeting].
  record Done() implements ServerLoginStep {}

  /// Close.
  ///
  /// @param reason why, for log and console
  /// @param error what the server said, or that there is nothing fit to log in with: trying again
  ///   is of no use then; null when the server broke the rules
  record Failed(String reason, @Nullable ErrorResponse error) implements ServerLoginStep {}
}
