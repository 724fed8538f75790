package io.trunkline.pool;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/// The statements that some server of a pool has parsed, so that the others can be expected to
/// parse them as well. By identity, and as long as somebody has them. Thread-safe.
public final class ParsedStatements {
  private final Cache<SharedStatement, Boolean> known = Caffeine.newBuilder().weakKeys().build();

  void note(SharedStatement statement) {
    known.put(statement, Boolean.TRUE);
  }

  public boolean contains(SharedStatement statement) {
    return known.getIfPresent(statement) != null;
  }
}
