package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.trunkline.pool.ServerConnection;
import io.trunkline.protocol.EventLoopConfined;
import org.jspecify.annotations.Nullable;

/// Hot path. What a client has sent that cannot be relayed yet, and who is being read: either side
/// is read only while the other can take more. Nothing here grows without a bound.
@EventLoopConfined
final class ClientFlow {
  /// A waiting client is read on up to this many bytes, because stopping and starting to read costs
  /// more than the few bytes most clients send.
  private static final int HELD_BYTES_MAX = 64 * 1024;

  /// Requests a client may have unanswered before it is no longer read.
  private static final int PENDING_MAX = 8 * 1024;

  private static final int BY_HELD = 1;
  private static final int BY_SERVER = 2;
  private static final int BY_PENDING = 4;
  private static final int BY_OPERATOR = 8;
  private static final int PARTIAL_BYTES_MIN = 256;

  private final Channel client;

  /// Unread bytes of the client; null when there are none.
  private @Nullable ByteBuf held;

  /// Why the client is not read; 0 while it is.
  private int paused;

  /// Whether the server is not read because the client cannot take more.
  private boolean serverPaused;

  ClientFlow(Channel client) {
    this.client = client;
  }

  /// What was held with `in` behind it. Takes ownership, gives ownership.
  ByteBuf join(ByteBuf in) {
    ByteBuf before = held;
    if (before == null) {
      return in;
    }
    held = null;
    ByteBuf all = before;
    if (before.refCnt() > 1 || before.maxFastWritableBytes() < in.readableBytes()) {
      int bytes = before.readableBytes() + in.readableBytes();
      all = client.alloc().buffer(Math.max(bytes * 2, PARTIAL_BYTES_MIN)).writeBytes(before);
      before.release();
    }
    all.writeBytes(in);
    in.release();
    return all;
  }

  /// Keeps bytes that have to wait for a server. Takes ownership.
  void hold(ByteBuf in) {
    held = in;
    if (in.readableBytes() > HELD_BYTES_MAX) {
      pause(BY_HELD);
    }
  }

  /// Keeps the start of a message whose rest has not come. Takes ownership; the buffer read into is
  /// not kept, for it is larger than what is left in it.
  void keepPartial(ByteBuf in) {
    int bytes = in.readableBytes();
    held = client.alloc().buffer(Math.max(bytes * 2, PARTIAL_BYTES_MIN)).writeBytes(in);
    in.release();
  }

  @Nullable ByteBuf takeHeld() {
    ByteBuf taken = held;
    held = null;
    resume(BY_HELD);
    return taken;
  }

  void discard() {
    ByteBuf dropped = takeHeld();
    if (dropped != null) {
      dropped.release();
    }
  }

  /// The server can or cannot take more of what the client sends.
  void serverWritable(boolean writable) {
    if (writable) {
      resume(BY_SERVER);
    } else {
      pause(BY_SERVER);
    }
  }

  /// How many requests of the client are unanswered.
  void pendingIs(int count) {
    if (count > PENDING_MAX) {
      pause(BY_PENDING);
    } else if (count < PENDING_MAX / 2) {
      resume(BY_PENDING);
    }
  }

  /// Somebody wants nothing to be read of the client any more, or again.
  void suspended(boolean suspended) {
    if (suspended) {
      pause(BY_OPERATOR);
    } else {
      resume(BY_OPERATOR);
    }
  }

  /// The client can or cannot take more of what the server sends.
  void serverReadable(ServerConnection server, boolean readable) {
    if (serverPaused == readable) {
      serverPaused = !readable;
      server.readable(readable);
    }
  }

  /// There is no server any more whose pace could matter.
  void serverGone() {
    serverPaused = false;
    resume(BY_SERVER | BY_PENDING);
  }

  /// Whether the client has sent what has not been relayed.
  boolean isHolding() {
    return held != null;
  }

  private void pause(int why) {
    if (paused == 0) {
      client.config().setAutoRead(false);
    }
    paused |= why;
  }

  private void resume(int why) {
    if ((paused & why) != 0) {
      paused &= ~why;
      if (paused == 0) {
        client.config().setAutoRead(true);
      }
    }
  }
}
