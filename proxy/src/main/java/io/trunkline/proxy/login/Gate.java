package io.trunkline.proxy.login;

import io.trunkline.conf.hba.AccessRules;
import io.trunkline.conf.hba.HbaClient;
import io.trunkline.protocol.auth.AuthMethod;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.protocol.tls.PeerIdentity;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Finds the line of the HBA file that decides about a client, and does what needs nothing more
/// from the client itself. Thread-safe; never blocks.
public interface Gate {

  /// Lets nobody pass.
  Gate SHUT =
      new Gate() {
        @Override
        public CompletionStage<Answer> judge(Visitor visitor) {
          return CompletableFuture.failedFuture(new IllegalStateException("a gate for nobody"));
        }

        @Override
        public boolean isOwner(UnixPeer peer) {
          return false;
        }
      };

  /// What the gate may know of a client.
  ///
  /// @param rules the present ones
  /// @param claim where to ask about its user
  /// @param origin the host it comes from: hosts take turns where there is a queue
  /// @param peer non-null exactly on a Unix socket whose system says who is there
  /// @param certificate non-null exactly when it has shown one
  record Visitor(
      AccessRules rules,
      HbaClient client,
      Claim claim,
      String origin,
      @Nullable UnixPeer peer,
      @Nullable PeerIdentity certificate) {}

  /// What becomes of a client.
  sealed interface Answer {

    /// It has proved who it is.
    record LetIn() implements Answer {}

    /// It is asked for a proof that its own secret decides about, or for none.
    record Method(AuthMethod method) implements Answer {}

    /// It is asked for its password, about which somebody else decides.
    ///
    /// @param refusal when that is no
    record Password(ErrorResponse refusal, Judge judge) implements Answer {}

    /// It is asked for a token.
    ///
    /// @param refusal when that is no
    /// @param whereToGetOne what a client without a good one is told (RFC 7628, section 3.2.2)
    record Token(ErrorResponse refusal, String whereToGetOne, Judge judge) implements Answer {}

    /// It goes away.
    ///
    /// @param reason for the log
    record Refused(ErrorResponse error, String reason) implements Answer {}
  }

  /// Completes on any thread; with a [java.util.concurrent.RejectedExecutionException] when too
  /// many are waiting.
  CompletionStage<Answer> judge(Visitor visitor);

  /// Whether this is the account that runs the proxy, by the system's word.
  boolean isOwner(UnixPeer peer);
}
