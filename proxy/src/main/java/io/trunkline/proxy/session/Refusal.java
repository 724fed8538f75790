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

  private boolean said;

  Refusal(Channel client) {
    this.client = client;
  }

  boolean isActive() {
    return error != null;
  }

  /// Answers the next request with this.
  void begin(ErrorResponse answer) {
    error = answer;
    said = false;
  }

  /// Answers what waits to be sent again with this, or else the next request.
  void begin(ErrorResponse answer, Replay replay) {
    if (replay.isWaiting()) {
      replay.drop();
      answer(answer);
    } else {
      begin(answer);
    }
  }

  /// Answers at once, and entirely, requests that were sent already.
  void answer(ErrorResponse answer) {
    write(client, answer);
    client.write(readyForQuery(client, TransactionStatus.IDLE), client.voidPromise());
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
    error = null;
    client.write(readyForQuery(client, TransactionStatus.IDLE), client.voidPromise());
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
