package io.trunkline.protocol.auth;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.Bytes;

/// One way for a client to prove who it is, with the proxy as the server: messages in, [LoginStep]s
/// out, no channel. Each message is legal in one state only.
public interface LoginConversation {

  /// Asks the client for its proof, or does without. Once, before anything else.
  LoginStep start();

  /// Takes one complete message of the client.
  LoginStep onMessage(byte tag, ByteBuf body);

  /// Takes the result of the last [LoginStep.Compute]. A client that has broken the protocol while
  /// it was computed has ended the login: then the result is of no use.
  default LoginStep onComputed(Bytes saltedPassword) {
    throw new IllegalStateException("nothing was to be computed");
  }

  /// Takes what became of the last [LoginStep.Ask], likewise.
  default LoginStep onJudged(Judgement judgement) {
    throw new IllegalStateException("nobody was to be asked");
  }
}
