package io.trunkline.proxy.session;

import io.trunkline.protocol.CancelKey;

/// Other instances, to whom a cancel request may belong that came here: clients send it over a new
/// connection, which an address that several instances share may take anywhere.
public interface CancelPeers {

  /// There are none.
  CancelPeers NONE =
      new CancelPeers() {
        @Override
        public int mark(int processId) {
          return processId;
        }

        @Override
        public CancelKey unwrap(CancelKey key) {
          return key;
        }

        @Override
        public boolean passOn(CancelKey key, Runnable ended) {
          return false;
        }
      };

  /// A process id for a key of this instance, made of a random one that is not negative.
  int mark(int processId);

  /// The key a client was given, where this one has passed through another instance.
  CancelKey unwrap(CancelKey key);

  /// Passes a request on to the instance that gave the key. Never blocks.
  ///
  /// @param key as it was received
  /// @param ended run on any thread when the other instance has done with it, or cannot be reached
  /// @return whether there is such an instance; if not, `ended` is not run
  boolean passOn(CancelKey key, Runnable ended);
}
