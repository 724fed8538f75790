package io.trunkline.proxy.login;

import io.trunkline.protocol.auth.StoredSecret;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Finds what is known of a user's password. Thread-safe; never blocks.
public interface SecretSource {

  /// Knows nobody.
  SecretSource NOBODY =
      new SecretSource() {
        @Override
        public CompletionStage<Finding> find(Claim claim, String origin) {
          return CompletableFuture.completedFuture(new Finding.Nobody());
        }

        @Override
        public void refuted(Claim claim, StoredSecret secret) {
          // there is nothing to look at again
        }
      };

  /// Looks for the secret of the user of `claim`. Completes on any thread.
  ///
  /// @param origin the host the client comes from: hosts take turns where there is a queue
  CompletionStage<Finding> find(Claim claim, String origin);

  /// A client's proof did not fit this secret, found before: the password may have changed.
  void refuted(Claim claim, StoredSecret secret);
}
