package io.trunkline.bench.crooked.pool;

final class HoldsConfined {
  HasVolatile held;
}
