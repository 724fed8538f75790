package io.trunkline.health.etcd;

import org.jspecify.annotations.Nullable;

/// Which history of etcd is followed. Revisions rise within one history and say nothing between
/// two. An etcd whose data was lost or restored begins another; as its id is a hash of the names
/// and peer URLs it was made with, it mostly has the id of the one before, and only its revisions
/// tell: a linearizable read is never older than what was known when it was asked for.
///
/// A member that lost some of its data and answers all the same looks alike. So an answer that is
/// behind is believed only when every endpoint had its turn meanwhile and none knew better.
///
/// Used by one thread. etcd's documentation, "KV API guarantees"; `membership.Cluster.genID`.
public final class StoreHistory {
  private final int endpoints;
  private long clusterId;
  private long number;

  /// How many turns have gone by since an answer was behind; 0 while none is.
  private int doubtfulTurns;

  private boolean doubtful;

  /// What an answer is.
  public enum Verdict {
    /// At least as new as what is known.
    NEXT,
    /// Overtaken by a watch while it was under way.
    OVERTAKEN,
    /// Older than what was known when it was asked for.
    BEHIND,
    /// Of another cluster of etcd.
    ANOTHER,
    /// Of another history of the same cluster.
    ANEW
  }

  /// @param endpoints how many there are, used in turn
  public StoreHistory(int endpoints) {
    this.endpoints = endpoints;
  }

  /// Says what an answer is, and follows the history it is of unless it is behind.
  ///
  /// @param known null before the first answer
  /// @param floor the revision that was known when this was asked for
  public Verdict judge(Keyspace all, @Nullable Keyspace known, long floor) {
    Verdict verdict = compare(all, known, floor);
    doubtful = verdict == Verdict.BEHIND;
    if (!doubtful) {
      doubtfulTurns = 0;
    }
    if (known == null || begins(verdict)) {
      number++;
      clusterId = all.store();
    }
    return verdict;
  }

  private static boolean begins(Verdict verdict) {
    return verdict == Verdict.ANOTHER || verdict == Verdict.ANEW;
  }

  private Verdict compare(Keyspace all, @Nullable Keyspace known, long floor) {
    if (known == null) {
      return Verdict.NEXT;
    } else if (all.store() != clusterId) {
      return Verdict.ANOTHER;
    } else if (all.revision() >= known.revision()) {
      return Verdict.NEXT;
    } else if (all.revision() >= floor) {
      return Verdict.OVERTAKEN;
    }
    return doubtfulTurns >= endpoints ? Verdict.ANEW : Verdict.BEHIND;
  }

  /// An endpoint was used until it failed, whatever it said.
  public void turnEnded() {
    if (doubtful) {
      doubtfulTurns++;
    }
  }

  /// The history that was judged last; revisions of one number are comparable.
  public long number() {
    return number;
  }
}
