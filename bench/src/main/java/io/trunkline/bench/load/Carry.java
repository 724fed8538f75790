package io.trunkline.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.trunkline.protocol.EventLoopConfined;
import org.jspecify.annotations.Nullable;

/// The start of a message whose rest has not come.
@EventLoopConfined
final class Carry {
  private @Nullable ByteBuf start;

  /// What was kept, with what has come since behind it.
  ByteBuf join(ByteBuf in, ByteBufAllocator alloc) {
    ByteBuf before = start;
    if (before == null) {
      return in;
    }
    start = null;
    ByteBuf all = alloc.buffer(before.readableBytes() + in.readableBytes());
    all.writeBytes(before).writeBytes(in);
    before.release();
    in.release();
    return all;
  }

  /// Keeps what has not been read.
  void keep(ByteBuf in) {
    if (in.isReadable()) {
      start = in;
    } else {
      in.release();
    }
  }

  void release() {
    if (start != null) {
      start.release();
      start = null;
    }
  }
}
