package io.trunkline.pool;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/// The statements that some server of a pool has parsed, so that the others can be expected to
/// parse them as well. By identity, and as long as somebody has them. Thread-safe.
public final class ParsedStatements {
  /// Kept in order by those who write, a little each time: an event loop that met a long list of
  /// what another thread has yet to do would wait for it.
  private final Cache<SharedStatement, Boolean> known =
      Caffeine.newBuilder().weakKeys().executor(Runnable::run).build();

  void note(SharedStatement statement) {
    known.put(statement, Boolean.TRUE);
  }

  public boolean contains(SharedStatement statement) {
    return known.getIfPresent(statement) != null;
  }
}
