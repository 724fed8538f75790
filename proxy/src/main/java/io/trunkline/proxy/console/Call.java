package io.trunkline.proxy.console;

import io.trunkline.protocol.message.NoticeResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// One run of a command.
///
/// @param guest who runs it
/// @param arguments what stands behind its name
/// @param givenUp completes when the guest does not want it any more
record Call(Guest guest, List<String> arguments, CompletableFuture<GivenUp> givenUp) {
  Call {
    arguments = List.copyOf(arguments);
  }

  /// What stands behind the name of a command that takes one word; empty for nothing.
  String argument() {
    return arguments.isEmpty() ? "" : arguments.getFirst();
  }

  /// Says something before the command is done. Safe for threads.
  void tell(NoticeResponse notice) {
    new Replies(guest.channel()).send(notice);
    guest.channel().flush();
  }

  /// Why a guest does not want an answer any more.
  enum GivenUp {
    /// It has sent a cancel request.
    CANCELLED,
    /// It has left.
    LEFT
  }
}
