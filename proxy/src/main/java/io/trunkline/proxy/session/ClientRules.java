package io.trunkline.proxy.session;

import io.trunkline.pool.PoolSettings;
import java.time.Duration;

/// What the configuration of now says of a client that came under another one. It says what it said
/// before where it knows nothing of the client's listener, database or cluster any more.
/// Thread-safe; also asked when the client has left, for a pool it has been in.
public interface ClientRules {

  /// For who has no other configuration to look at.
  ClientRules LASTING =
      new ClientRules() {
        @Override
        public PoolSettings pool(PoolSettings before) {
          return before;
        }

        @Override
        public Duration hold(Duration before) {
          return before;
        }
      };

  /// How its pools behave.
  PoolSettings pool(PoolSettings before);

  /// How long it waits for a member.
  Duration hold(Duration before);
}
