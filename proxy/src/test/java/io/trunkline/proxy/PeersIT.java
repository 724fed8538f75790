package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Instances.V3_0;
import static io.trunkline.proxy.rig.Instances.V3_2;
import static io.trunkline.proxy.rig.Instances.freePort;

import io.trunkline.proxy.rig.Instances;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two instances behind one address that the file names, and a cancel request that comes to the
/// wrong one.
class PeersIT {
  private final Instances instances = new Instances();

  @ParameterizedTest
  @ValueSource(ints = {V3_0, V3_2})
  void cancel_atTheOtherInstance_reachesTheQuery(int version) throws Exception {
    int one = freePort();
    int two = freePort();
    String both = "  instances: { 1: '127.0.0.1:%d', 2: '127.0.0.1:%d' }".formatted(one, two);
    try (ProxyServer first = instances.start(one, "  self: 1\n" + both);
        ProxyServer second = instances.start(two, "  self: 2\n" + both)) {
      instances.cancel(first, second, version);
    }
  }
}
