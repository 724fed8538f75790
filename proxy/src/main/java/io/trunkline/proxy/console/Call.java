package io.trunkline.proxy.console;

import java.util.concurrent.CompletableFuture;

/// One run of a command.
///
/// @param guest who runs it
/// @param argument what stands behind its name; empty for nothing
/// @param givenUp completes when the guest does not want it any more
record Call(Guest guest, String argument, CompletableFuture<GivenUp> givenUp) {

  /// Why a guest does not want an answer any more.
  enum GivenUp {
    /// It has sent a cancel request.
    CANCELLED,
    /// It has left.
    LEFT
  }
}
