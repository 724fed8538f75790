package io.trunkline.bench.crooked.pool;

import io.trunkline.bench.crooked.proxy.session.Here;

final class KnowsTheProxy {
  Here above;
}
