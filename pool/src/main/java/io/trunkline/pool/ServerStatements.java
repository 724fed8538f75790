package io.trunkline.pool;

import io.trunkline.protocol.EventLoopConfined;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// The shared statements one server connection knows, the longest unused first. Says what is on the
/// server once everything sent so far has been executed; what turns out not to have been is put
/// back by [#add] and [#remove].
@EventLoopConfined
final class ServerStatements {
  private final LinkedHashMap<SharedStatement, SharedStatement> byUse =
      new LinkedHashMap<>(16, 0.75f, true);

  /// Whether the server knows it; counts as a use.
  boolean use(SharedStatement statement) {
    return byUse.get(statement) != null;
  }

  void add(SharedStatement statement) {
    byUse.put(statement, statement);
  }

  void remove(SharedStatement statement) {
    byUse.remove(statement);
  }

  void clear() {
    byUse.clear();
  }

  int size() {
    return byUse.size();
  }

  /// Takes out the longest unused statement when there are more than `max`.
  @Nullable SharedStatement evictBeyond(int max) {
    if (byUse.size() <= max) {
      return null;
    }
    SharedStatement eldest = byUse.firstEntry().getKey();
    byUse.remove(eldest);
    return eldest;
  }
}
