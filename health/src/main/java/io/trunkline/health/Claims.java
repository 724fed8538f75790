package io.trunkline.health;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the store in which a cluster keeps its leader key (Patroni's DCS) says of who may lead. A
/// claim is necessary and never enough: whoever holds the key leads once it is out of recovery.
///
/// @param store which store said so, and which history of it: revisions of one are comparable, of
///   two they are not; 0 for an answer without revisions
/// @param revision of the store when it said so, never falling
/// @param holder who holds the leader key; null for nobody
/// @param overwritten whether the key was put over another's instead of being created, which only a
///   Patroni that had lost it does
/// @param doubt why this cannot be relied on any more; empty while it is confirmed
/// @param paused whether Patroni leaves the cluster alone
/// @param failsafe whether a leader may stay one without the store while all members agree
/// @param synchronous the standbys that have every acknowledged transaction
/// @param handover the switchover that was announced; null for none
/// @param systemIdentifier the cluster's identity by the store; 0 while it says none
public record Claims(
    long store,
    long revision,
    @Nullable String holder,
    boolean overwritten,
    String doubt,
    boolean paused,
    boolean failsafe,
    List<String> synchronous,
    @Nullable Handover handover,
    long systemIdentifier) {
  public Claims {
    synchronous = List.copyOf(synchronous);
  }

  /// The lead is about to be handed over on purpose.
  ///
  /// @param from the present leader; null when the announcement does not say
  /// @param to the next one; null when any will do
  public record Handover(@Nullable String from, @Nullable String to) {

    /// Whether it takes the lead from this member.
    boolean leaves(String leader) {
      return (from == null || from.equals(leader)) && !leader.equals(to);
    }

    @Override
    public String toString() {
      return to == null ? "a switchover" : "a switchover to " + to;
    }
  }

  /// Whether this says the same, perhaps later.
  public boolean isSameAs(Claims other) {
    return new Claims(
            other.store,
            other.revision,
            holder,
            overwritten,
            doubt,
            paused,
            failsafe,
            synchronous,
            handover,
            systemIdentifier)
        .equals(other);
  }

  /// Whether this was said before what is known already.
  boolean isOlderThan(@Nullable Claims known) {
    return known != null && store != 0 && store == known.store && revision < known.revision;
  }

  /// Whether the store was asked in vain for so long that nothing it said counts.
  public boolean isDoubtful() {
    return !doubt.isEmpty();
  }

  /// Why a primary that is not the holder gets nothing; follows its name and a comma.
  String objection() {
    if (isDoubtful()) {
      return "but nobody can confirm who holds the leader key";
    }
    return holder == null ? "but nobody holds the leader key" : "but " + holder + " holds the key";
  }
}
