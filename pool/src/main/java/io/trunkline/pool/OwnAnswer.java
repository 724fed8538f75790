package io.trunkline.pool;

import io.netty.buffer.ByteBuf;

/// The answer to a query of ours, which no client sees. Frames are borrowed.
public interface OwnAnswer {

  /// A DataRow at `start`.
  default void onRow(ByteBuf in, int start, int frameBytes) {}

  /// An ErrorResponse at `start`; [#onDone] still follows.
  void onError(ByteBuf in, int start, int frameBytes);

  /// ReadyForQuery: the server is free again.
  void onDone();
}
