package io.trunkline.proxy.login;

import io.trunkline.protocol.message.ErrorResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Knows whether servers would let a role log in now. A client that gets a connection of a pool
/// makes no login there, so nobody else would notice. Thread-safe; never blocks.
@FunctionalInterface
public interface Roles {
  /// For configurations that name nobody who could ask a server.
  Roles UNASKED = (_, _) -> CompletableFuture.completedFuture(new Standing.Known(State.FINE));

  /// How a role is altered (PostgreSQL docs, "CREATE ROLE").
  enum State {
    /// It may log in.
    FINE,
    /// It may log in, but not with its password (VALID UNTIL).
    PASSWORD_EXPIRED,
    /// It may not (NOLOGIN).
    NO_LOGIN,
    /// There is none of this name.
    MISSING
  }

  /// What came of asking.
  sealed interface Standing {
    record Known(State state) implements Standing {}

    /// Nobody can say now.
    ///
    /// @param reason for the log
    record Unknown(ErrorResponse error, String reason) implements Standing {}
  }

  /// How the role that `claim` names stands. Completes on any thread, within a bounded time.
  ///
  /// @param origin the host the client comes from: hosts take turns where there is a queue
  CompletionStage<Standing> ask(Claim claim, String origin);
}
