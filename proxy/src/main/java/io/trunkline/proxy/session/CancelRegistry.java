package io.trunkline.proxy.session;

import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.CancelKey;
import io.trunkline.protocol.ProtocolVersion;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Whose a cancel key is. Thread-safe: any loop may receive the request, and it is handed to the
/// loop of the key's owner. A wrong key is answered like a right one: not at all.
public final class CancelRegistry {
  public static final int SECRET_BYTES_3_0 = 4;
  public static final int SECRET_BYTES_3_2 = 32;

  /// Who may be cancelled by a key.
  private record Owner(CancelKey key, Executor loop, Consumer<Runnable> cancel) {}

  private final ConcurrentHashMap<Integer, Owner> owners = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Integer, CancelKey> reserved = new ConcurrentHashMap<>();
  private final RandomGenerator random;
  private final CancelPeers peers;

  /// @param random must be unpredictable: the keys are secrets
  public CancelRegistry(RandomGenerator random) {
    this(random, CancelPeers.NONE);
  }

  /// @param random must be unpredictable: the keys are secrets
  /// @param peers whose the keys are that nobody here has
  public CancelRegistry(RandomGenerator random, CancelPeers peers) {
    this.random = random;
    this.peers = peers;
  }

  /// A key nobody has, as long as the client's protocol allows. It stays taken until [#remove].
  public CancelKey reserve(ProtocolVersion version) {
    byte[] secret = new byte[version.hasLongCancelKeys() ? SECRET_BYTES_3_2 : SECRET_BYTES_3_0];
    while (true) {
      random.nextBytes(secret);
      int processId = peers.mark(random.nextInt() & Integer.MAX_VALUE);
      CancelKey key = new CancelKey(processId, Bytes.of(secret));
      if (processId != 0 && reserved.putIfAbsent(processId, key) == null) {
        return key;
      }
    }
  }

  /// From now on a request with this key runs `cancel` on `loop`, and hands it what to run when
  /// that has ended.
  public void add(CancelKey key, Executor loop, Consumer<Runnable> cancel) {
    owners.put(key.processId(), new Owner(key, loop, cancel));
  }

  public void remove(CancelKey key) {
    owners.remove(key.processId());
    reserved.remove(key.processId());
  }

  /// Cancels what the owner of this key is doing, if there is one, here or at a peer.
  ///
  /// @param ended run on any thread when the server has been told, or nobody is to be: whoever
  ///   sends the request takes the end of its connection for that
  public void cancel(CancelKey key, Runnable ended) {
    Owner owner = owners.get(key.processId());
    if (owner != null && owner.key.equals(peers.unwrap(key))) { // Bytes compare in constant time
      owner.loop.execute(() -> owner.cancel.accept(ended));
    } else if (!peers.passOn(key, ended)) {
      ended.run();
    }
  }
}
