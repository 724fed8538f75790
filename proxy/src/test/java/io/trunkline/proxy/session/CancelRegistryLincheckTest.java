package io.trunkline.proxy.session;

import io.trunkline.protocol.CancelKey;
import io.trunkline.protocol.ProtocolVersion;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/// Sessions come and go under process ids they compete for, and each cancels itself, once while it
/// lives and once when it is gone: the first always reaches it, the second never reaches another.
public class CancelRegistryLincheckTest {
  private final CancelRegistry registry = new CancelRegistry(new Scarce());

  /// Process ids so few that sessions meet, and no secret twice.
  private static final class Scarce implements RandomGenerator {
    private final AtomicInteger ids = new AtomicInteger();
    private final AtomicInteger secrets = new AtomicInteger();

    @Override
    public int nextInt() {
      return 1 + ids.getAndIncrement() % 2;
    }

    @Override
    public long nextLong() {
      return nextInt();
    }

    @Override
    public void nextBytes(byte[] bytes) {
      bytes[0] = (byte) secrets.incrementAndGet();
    }
  }

  @Operation
  public void live() {
    AtomicInteger cancels = new AtomicInteger();
    CancelKey key = registry.reserve(ProtocolVersion.V3_0);
    registry.add(
        key,
        Runnable::run,
        ended -> {
          cancels.incrementAndGet();
          ended.run();
        });
    registry.cancel(key, () -> {});
    registry.remove(key);
    registry.cancel(key, () -> {});
    if (cancels.get() != 1) {
      throw new IllegalStateException(cancels + " cancels reached a session that made one");
    }
  }

  @Test
  void cancels_anyInterleaving_reachTheirOwn() {
    Interleavings.check(CancelRegistryLincheckTest.class);
  }
}
