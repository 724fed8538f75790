package io.trunkline.bench.crooked.pool;

import io.trunkline.protocol.EventLoopConfined;

@EventLoopConfined
class HasVolatile {
  volatile int count;
}
