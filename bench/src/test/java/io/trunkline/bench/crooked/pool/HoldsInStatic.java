package io.trunkline.bench.crooked.pool;

import io.trunkline.protocol.EventLoopConfined;

@EventLoopConfined
final class HoldsInStatic {
  static final HoldsInStatic ONE = new HoldsInStatic();
}
