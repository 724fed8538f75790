package io.trunkline.bench.crooked.pool;

import java.util.HashMap;
import java.util.Map;

final class HoldsMany {
  final Map<String, HasVolatile[]> held = new HashMap<>();
}
