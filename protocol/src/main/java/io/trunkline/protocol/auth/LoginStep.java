package io.trunkline.protocol.auth;

import io.trunkline.protocol.message.BackendMessage;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.settings.Secret;
import java.util.List;

/// What the driver of a [LoginConversation] has to do next.
public sealed interface LoginStep {

  /// Send this and wait for the client's next message.
  record Send(BackendMessage message) implements LoginStep {}

  /// Have this done by a thread that may be busy, then call [LoginConversation#onComputed] on the
  /// client's own. A client that sends anything meanwhile breaks the protocol.
  record Compute(PasswordSalting salting) implements LoginStep {}

  /// Have this judged by who knows, then call [LoginConversation#onJudged]; likewise.
  record Ask(Secret proof) implements LoginStep {}

  /// The client is who it says; send these, the last of which is AuthenticationOk.
  ///
  /// @param credential what the client's login is good for at a server
  record Done(Credential credential, List<BackendMessage> messages) implements LoginStep {}

  /// Send this and close.
  ///
  /// @param reason why, for the log; the client is not told whether its name or its password is
  ///   wrong
  record Failed(ErrorResponse error, String reason) implements LoginStep {}
}
