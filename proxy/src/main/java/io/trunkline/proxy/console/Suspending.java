package io.trunkline.proxy.console;

import io.trunkline.proxy.console.ConsoleCommand.Argument;
import io.trunkline.proxy.session.ClientErrors;
import io.trunkline.proxy.session.Suspension;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// SUSPEND: nothing more is read of any client, and none gets a server. It is answered when all
/// clients have taken what they were sent; those who do not in `limits.suspend_timeout` are cut
/// off. RESUME ends it, and so does its guest by leaving.
final class Suspending {
  private static final String TAG = "SUSPEND";

  private final ConsoleParts parts;
  private final Switches switches;

  Suspending(ConsoleParts parts, Switches switches) {
    this.parts = parts;
    this.switches = switches;
  }

  List<ConsoleCommand> commands() {
    return List.of(Operations.command(TAG, Argument.NONE, this::suspend));
  }

  private CompletionStage<Answer> suspend(Call call) {
    switches.suspend(call.guest());
    call.guest().channel().closeFuture().addListener(_ -> switches.left(call.guest()));
    long begin = parts.moments().clock().now();
    return Poll.until(
            parts.control(),
            call.givenUp(),
            () -> flushed(parts.moments().clock().now() - begin >= patienceNanos()))
        .thenApply(_ -> Answer.done(TAG));
  }

  private long patienceNanos() {
    return parts.config().get().limits().suspendTimeout().toNanos();
  }

  /// Whether every client has what it was sent.
  ///
  /// @param late whether those who have not are to be cut off
  private CompletionStage<Boolean> flushed(boolean late) {
    return parts
        .loops()
        .ask(context -> {
          boolean[] all = {true};
          context.forEachSession(session -> {
            Suspension.begin(session);
            if (Suspension.isFlushed(session)) {
              return;
            }
            all[0] &= late;
            if (late) {
              session.fail(ClientErrors.suspendTimeout());
            }
          });
          return all[0];
        })
        .thenApply(loops -> loops.stream().allMatch(all -> all));
  }
}
