package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.trunkline.protocol.BackendTag;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrontendTag;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.message.BackendMessage;
import io.trunkline.protocol.message.ErrorResponse;
import org.jspecify.annotations.Nullable;

/// Answers a client's request with an error of ours, in the way a server would: after a simple
/// query ReadyForQuery follows at once, in the extended protocol everything up to Sync is skipped
/// first.
@EventLoopConfined
final class Refusal {
  private final Channel client;

  /// What is being answered; null when nothing is.
  private @Nullable ErrorResponse error;

  private TransactionStatus status = TransactionStatus.IDLE;

  /// Whether the request of now has been told.
  private boolean said;

  /// Whether everything gets this answer that has been sent by now.
  private boolean all;

  /// Whether a request has got it.
  private boolean begun;

  Refusal(Channel client) {
    this.client = client;
  }

  boolean isActive() {
    return error != null;
  }

  /// Answers the next request with this.
  ///
  /// @param after where it leaves the client
  void begin(ErrorResponse answer, TransactionStatus after) {
    error = answer;
    status = after;
    said = false;
    all = false;
    begun = false;
  }

  /// Answers everything with this that waits, until [#onReadEnd]. What stands behind a request in
  /// the pipe was sent in the belief that this one is done: behind a BEGIN that is refused, an
  /// INSERT must not become a transaction of its own.
  void beginAll(ErrorResponse answer, TransactionStatus after, Replay replay) {
    begin(answer, after);
    all = true;
    replay.refuse(this);
  }

  /// All that was sent by now has been through here.
  void onReadEnd() {
    if (all && begun && !said) {
      error = null;
    }
  }

  /// Answers at once, and entirely, requests that were sent already.
  void answer(ErrorResponse answer, TransactionStatus after) {
    write(client, answer);
    client.write(readyForQuery(client, after), client.voidPromise());
  }

  /// Takes one message of the client, which is not to be sent anywhere.
  void onMessage(byte tag) {
    switch (tag) {
      case FrontendTag.QUERY, FrontendTag.FUNCTION_CALL -> {
        if (said) {
          return; // the server too skips everything up to Sync
        }
        say();
        end();
      }
      case FrontendTag.SYNC -> {
        say();
        end();
      }
      case FrontendTag.COPY_DATA, FrontendTag.COPY_DONE, FrontendTag.COPY_FAIL -> {
        // What is left of a COPY that failed has no answer.
      }
      default -> say();
    }
  }

  private void say() {
    ErrorResponse answer = error;
    if (!said && answer != null) {
      said = true;
      ByteBuf out = client.alloc().buffer();
      answer.encode(out);
      client.write(out, client.voidPromise());
    }
  }

  private void end() {
    begun = true;
    said = false;
    if (!all) {
      error = null;
    }
    client.write(readyForQuery(client, status), client.voidPromise());
  }

  static ByteBuf readyForQuery(Channel client, TransactionStatus status) {
    return client
        .alloc()
        .buffer(6)
        .writeByte(BackendTag.READY_FOR_QUERY)
        .writeInt(5)
        .writeByte(status.wire());
  }

  static void write(Channel client, BackendMessage message) {
    ByteBuf out = client.alloc().buffer();
    message.encode(out);
    client.write(out, client.voidPromise());
  }
}
