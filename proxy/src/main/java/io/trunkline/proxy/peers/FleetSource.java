package io.trunkline.proxy.peers;

import io.trunkline.conf.PeerSettings;
import io.trunkline.health.etcd.EtcdSettings;
import io.trunkline.health.etcd.JetcdEtcd;
import io.trunkline.protocol.NanoTime;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Knows which instances there are. Thread-safe.
public interface FleetSource extends AutoCloseable {

  /// As far as is known now. Never blocks.
  Fleet fleet();

  /// Begins to find out, and waits a little for the number of this instance: clients that come
  /// before it is known get keys that only this instance can do anything with.
  void start();

  /// Tells the others that this instance leaves. Blocking, but not for long.
  @Override
  void close();

  /// What these settings say; null stands for no others.
  static FleetSource of(@Nullable PeerSettings settings, NanoTime clock, RandomGenerator random) {
    if (settings == null) {
      return fixed(Fleet.NONE);
    }
    EtcdSettings etcd = settings.etcd();
    return etcd == null
        ? fixed(Fleet.listed(settings))
        : new FleetWatch(
            settings,
            etcd,
            endpoint -> JetcdEtcd.dial(etcd, settings.keyPrefix(), endpoint),
            clock,
            random);
  }

  /// Always this one.
  static FleetSource fixed(Fleet fleet) {
    return new FleetSource() {
      @Override
      public Fleet fleet() {
        return fleet;
      }

      @Override
      public void start() {}

      @Override
      public void close() {}
    };
  }
}
