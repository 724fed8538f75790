package io.trunkline.bench.crooked.pool;

import io.trunkline.protocol.EventLoopConfined;
import java.util.concurrent.atomic.AtomicInteger;

@EventLoopConfined
final class HasAtomic {
  final AtomicInteger count = new AtomicInteger();
}
