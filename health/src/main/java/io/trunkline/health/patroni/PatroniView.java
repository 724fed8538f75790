package io.trunkline.health.patroni;

import io.trunkline.health.Claims;
import io.trunkline.health.DeclaredMember;
import io.trunkline.health.etcd.StoreAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What Patroni's store or its REST API said of a cluster at one moment.
///
/// @param store which store, and its revision, as in [Claims]
/// @param apis where each member's REST API is, by name
/// @param holder who holds the leader key; null for nobody
/// @param overwritten whether the key was put over another's
/// @param rules the part of the dynamic configuration that matters here
/// @param synchronous the standbys named in the `sync` key
/// @param announced the switchover in the `failover` key; null for none
/// @param systemIdentifier the `initialize` key; 0 while there is none
record PatroniView(
    Revision store,
    List<DeclaredMember> members,
    Map<String, StoreAddress> apis,
    @Nullable String holder,
    boolean overwritten,
    Rules rules,
    List<String> synchronous,
    @Nullable Announced announced,
    long systemIdentifier) {
  static final PatroniView NOTHING =
      new PatroniView(
          new Revision(0, 0), List.of(), Map.of(), null, false, Rules.DEFAULT, List.of(), null, 0);

  PatroniView {
    members = List.copyOf(members);
    apis = Map.copyOf(apis);
    synchronous = List.copyOf(synchronous);
  }

  /// The same, and with the members of another view that this one does not name.
  PatroniView withMembersOf(PatroniView other) {
    List<DeclaredMember> all = new ArrayList<>(members);
    Map<String, StoreAddress> everyApi = new LinkedHashMap<>(other.apis);
    everyApi.putAll(apis);
    for (DeclaredMember member : other.members) {
      if (members.stream().noneMatch(own -> own.name().equals(member.name()))) {
        all.add(member);
      }
    }
    return new PatroniView(
        store, all, everyApi, holder, overwritten, rules, synchronous, announced, systemIdentifier);
  }

  /// The same, but with this holder of the leader key, of whom no store has said a revision.
  PatroniView withHolder(@Nullable String other) {
    return new PatroniView(
        new Revision(0, 0),
        members,
        apis,
        other,
        false,
        rules,
        synchronous,
        announced,
        systemIdentifier);
  }

  /// A moment in the life of one store.
  ///
  /// @param store the store's identity; 0 where there are no revisions
  record Revision(long store, long revision) {}

  /// Patroni's dynamic configuration, as far as it matters here.
  ///
  /// @param ttl how long a leader key outlives its holder
  record Rules(Duration ttl, boolean paused, boolean failsafe) {
    /// What Patroni does without any configuration.
    static final Rules DEFAULT = new Rules(Duration.ofSeconds(30), false, false);
  }

  /// A switchover or failover that somebody asked Patroni for.
  ///
  /// @param id tells one announcement from the next of the same words; 0 where that cannot be told
  /// @param at not before then; null for now
  record Announced(long id, Claims.Handover handover, @Nullable Instant at) {}
}
