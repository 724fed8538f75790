package io.trunkline.proxy.session;

import io.trunkline.pool.PoolKey;
import io.trunkline.pool.PoolRegistry;
import io.trunkline.pool.PoolSettings;
import io.trunkline.pool.PoolShard;
import io.trunkline.pool.ServerConnection;
import io.trunkline.pool.ServerPool;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.routing.Member;
import java.util.ArrayList;
import java.util.List;

/// Hot path. One client's pools, by member: looked up in the process-wide registry once, and found
/// here from then on without making a key.
@EventLoopConfined
final class SessionPools {
  private final ClientSession session;
  private final LoopContext context;
  private final List<PoolShard> known = new ArrayList<>(1);

  /// At a primary that serves only because no standby can; there are other settings then.
  private final List<PoolShard> fallbacks = new ArrayList<>(0);

  SessionPools(ClientSession session) {
    this.session = session;
    this.context = session.context();
  }

  /// This loop's part of the pool to a member.
  PoolShard shard(Member member) {
    boolean fallsBack = session.profile().fallsBackTo(member);
    List<PoolShard> mine = fallsBack ? fallbacks : known;
    for (int i = 0; i < mine.size(); i++) {
      PoolShard shard = mine.get(i);
      if (shard.pool().key().member().equals(member.name())) {
        return shard;
      }
    }
    PoolShard shard = enter(member, fallsBack).shard(context.index());
    mine.add(shard);
    return shard;
  }

  private ServerPool enter(Member member, boolean fallsBack) {
    ClientProfile profile = session.profile();
    PoolRegistry all = context.pools();
    return fallsBack
        ? all.enter(key(member), member, profile.fallbackPool(), profile::fallbackPoolNow)
        : all.enter(key(member), member, profile.pool(), profile.rules()::pool);
  }

  /// Leaves the pools that behave otherwise than the client's do by now.
  void settle() {
    ClientProfile profile = session.profile();
    leaveOthers(known, profile.pool().ofServers());
    if (!fallbacks.isEmpty()) {
      leaveOthers(fallbacks, profile.fallbackPool().ofServers());
    }
  }

  private static void leaveOthers(List<PoolShard> shards, PoolSettings wanted) {
    shards.removeIf(shard -> {
      boolean other = !shard.pool().settings().equals(wanted);
      if (other) {
        shard.pool().leave();
      }
      return other;
    });
  }

  boolean contains(PoolShard shard) {
    return known.contains(shard) || fallbacks.contains(shard);
  }

  /// The member of a server that came from here, as it was last seen.
  Member member(ServerConnection server) {
    PoolShard shard = server.pool().shard(context.index());
    if (contains(shard)) {
      return shard.pool().member();
    }
    throw new IllegalStateException(server + " is of no pool of " + session);
  }

  /// The session has ended: it needs none of them any more.
  void leave() {
    known.forEach(shard -> shard.pool().leave());
    known.clear();
    fallbacks.forEach(shard -> shard.pool().leave());
    fallbacks.clear();
  }

  private PoolKey key(Member member) {
    ClientProfile profile = session.profile();
    return new PoolKey(
        profile.cluster(),
        member.name(),
        profile.serverDatabase(),
        profile.serverUser(),
        profile.connectQuery());
  }
}
