package io.trunkline.proxy.login;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.trunkline.protocol.EventLoopConfined;
import org.jspecify.annotations.Nullable;

/// What a client sent before it was listened to.
@EventLoopConfined
final class EarlyBytes {
  private @Nullable ByteBuf bytes;

  /// Takes ownership.
  void add(ByteBuf in) {
    ByteBuf before = bytes;
    bytes = before == null ? in : Unpooled.wrappedBuffer(before, in);
  }

  /// All of it, now the caller's; null for nothing.
  @Nullable ByteBuf take() {
    ByteBuf all = bytes;
    bytes = null;
    return all;
  }
}
