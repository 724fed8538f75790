package io.trunkline.proxy.session;

import io.trunkline.protocol.EventLoopConfined;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The errors one event loop's clients were told, by who made them and their SQLSTATE. A server may
/// make up states, so there is a bound on how many are told apart.
@EventLoopConfined
public final class ErrorCounts {

  /// PostgreSQL has about 260 of them, few of which are ever seen.
  private static final int STATES_MAX = 200;

  private static final int STATE_CHARS = 5;

  private static final String OTHERS = "other";

  /// Who found something wrong.
  public enum Origin {
    /// PostgreSQL.
    SERVER,
    /// We, for a client that had logged in.
    PROXY,
    /// We, for a client that was about to.
    LOGIN
  }

  /// Errors counted together.
  public record Key(Origin origin, String sqlState) {}

  private final Map<Key, Long> counts = new HashMap<>();

  public void count(Origin origin, @Nullable String sqlState) {
    Key key =
        new Key(origin, sqlState != null && sqlState.length() == STATE_CHARS ? sqlState : OTHERS);
    boolean known = counts.containsKey(key) || counts.size() < STATES_MAX;
    counts.merge(known ? key : new Key(origin, OTHERS), 1L, Long::sum);
  }

  /// How often each was told so far.
  public Map<Key, Long> copy() {
    return Map.copyOf(counts);
  }
}
