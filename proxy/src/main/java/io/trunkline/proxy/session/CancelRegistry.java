package io.trunkline.proxy.session;

import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.CancelKey;
import io.trunkline.protocol.ProtocolVersion;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Which session a cancel key belongs to. Thread-safe: any loop may receive the request, and it is
/// handed to the loop of the session. A wrong key is answered like a right one: not at all.
public final class CancelRegistry {
  private static final int SECRET_BYTES_3_0 = 4;
  private static final int SECRET_BYTES_3_2 = 32;

  private final ConcurrentHashMap<Integer, ClientSession> sessions = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Integer, CancelKey> reserved = new ConcurrentHashMap<>();
  private final RandomGenerator random;

  /// @param random must be unpredictable: the keys are secrets
  public CancelRegistry(RandomGenerator random) {
    this.random = random;
  }

  /// A key nobody has, as long as the client's protocol allows. It stays taken until [#remove].
  public CancelKey reserve(ProtocolVersion version) {
    byte[] secret = new byte[version.hasLongCancelKeys() ? SECRET_BYTES_3_2 : SECRET_BYTES_3_0];
    while (true) {
      random.nextBytes(secret);
      int processId = random.nextInt() & Integer.MAX_VALUE;
      CancelKey key = new CancelKey(processId, Bytes.of(secret));
      if (processId != 0 && reserved.putIfAbsent(processId, key) == null) {
        return key;
      }
    }
  }

  void add(CancelKey key, ClientSession session) {
    sessions.put(key.processId(), session);
  }

  public void remove(CancelKey key) {
    sessions.remove(key.processId());
    reserved.remove(key.processId());
  }

  /// Cancels what the owner of this key is doing, if there is one.
  public void cancel(CancelKey key) {
    ClientSession session = find(key);
    if (session != null) {
      session.context().loop().execute(session::onCancelRequest);
    }
  }

  private @Nullable ClientSession find(CancelKey key) {
    ClientSession session = sessions.get(key.processId());
    // Bytes compare in constant time
    return session != null && session.profile().cancelKey().equals(key) ? session : null;
  }
}
