package io.trunkline.bench.crooked.routing;

import io.trunkline.bench.crooked.pool.Counted;

final class KnowsThePool {
  final Counted known = new Counted();
}
