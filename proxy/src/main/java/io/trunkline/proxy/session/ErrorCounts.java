package io.trunkline.proxy.session;

import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.NanoTime;
import io.trunkline.protocol.message.ErrorResponse;
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

  /// Some of our texts quote what a client or a server has said.
  private static final int MESSAGE_CHARS_MAX = 200;

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

  /// What was told under one key.
  ///
  /// @param count how often
  /// @param lastNanos when the last time, by the process's clock
  /// @param message of the last one; null where it was a server's, which may quote what a query
  ///   said, and so is nothing for anybody else
  public record Told(long count, long lastNanos, @Nullable String message) {

    /// That of two loops together.
    public Told plus(Told other) {
      Told later = lastNanos - other.lastNanos >= 0 ? this : other;
      return new Told(count + other.count, later.lastNanos, later.message);
    }
  }

  private final Map<Key, Told> told = new HashMap<>();
  private final NanoTime clock;

  public ErrorCounts(NanoTime clock) {
    this.clock = clock;
  }

  /// Counts an error that is passed on.
  void ofServer(@Nullable String sqlState) {
    count(Origin.SERVER, sqlState, null);
  }

  /// Counts one of ours.
  public void count(Origin origin, ErrorResponse error) {
    String message = error.message();
    count(
        origin,
        error.sqlState(),
        message.length() > MESSAGE_CHARS_MAX
            ? message.substring(0, MESSAGE_CHARS_MAX) + "…"
            : message);
  }

  private void count(Origin origin, @Nullable String sqlState, @Nullable String message) {
    Key key =
        new Key(origin, sqlState != null && sqlState.length() == STATE_CHARS ? sqlState : OTHERS);
    boolean known = told.containsKey(key) || told.size() < STATES_MAX;
    told.merge(
        known ? key : new Key(origin, OTHERS),
        new Told(1, clock.now(), message),
        ErrorCounts::next);
  }

  /// What comes now is the last, whatever the clock says.
  private static Told next(Told before, Told now) {
    return new Told(before.count + now.count, now.lastNanos, now.message);
  }

  /// What was told so far.
  public Map<Key, Told> copy() {
    return Map.copyOf(told);
  }
}
