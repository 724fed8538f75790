package io.trunkline.proxy.session;

import io.trunkline.pool.PoolKey;
import io.trunkline.pool.PoolShard;
import io.trunkline.pool.ServerConnection;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.routing.Member;
import java.util.ArrayList;
import java.util.List;

/// Hot path. One client's pools, by member: looked up in the process-wide registry once, and found
/// here from then on without making a key.
@EventLoopConfined
final class SessionPools {
  private final ClientProfile profile;
  private final LoopContext context;
  private final List<PoolShard> known = new ArrayList<>(1);

  SessionPools(ClientProfile profile, LoopContext context) {
    this.profile = profile;
    this.context = context;
  }

  /// This loop's part of the pool to a member.
  PoolShard shard(Member member) {
    for (int i = 0; i < known.size(); i++) {
      PoolShard shard = known.get(i);
      if (shard.pool().key().member().equals(member.name())) {
        return shard;
      }
    }
    PoolShard shard =
        context.pools().enter(key(member), member, profile.pool()).shard(context.index());
    known.add(shard);
    return shard;
  }

  /// The member of a server that came from here, as it was last seen.
  Member member(ServerConnection server) {
    for (PoolShard shard : known) {
      if (shard.pool().key().equals(server.key())) {
        return shard.pool().member();
      }
    }
    throw new IllegalStateException(server + " is of no pool of " + profile);
  }

  /// The session has ended: it needs none of them any more.
  void leave() {
    known.forEach(shard -> shard.pool().leave());
    known.clear();
  }

  private PoolKey key(Member member) {
    return new PoolKey(
        profile.cluster(),
        member.name(),
        profile.serverDatabase(),
        profile.serverUser(),
        profile.connectQuery());
  }
}
