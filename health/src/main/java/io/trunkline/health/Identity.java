package io.trunkline.health;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which cluster the answering members belong to, and who belongs to another one. PostgreSQL docs,
/// "System Information Functions", `pg_control_system`: initdb draws the system identifier, and
/// every physical standby inherits it.
///
/// A remembered identity changes only when none of the members has it any more and more than half
/// of them agree on another (a cluster built anew, or upgraded with pg_upgrade). Without a memory
/// the identity most members have counts, and a tie none has: then nobody is believed.
///
/// @param systemIdentifier 0 while unknown
/// @param exclusions member name to reason
record Identity(long systemIdentifier, Map<String, String> exclusions) {

  static Identity of(long remembered, List<Observation.Alive> answering, int members) {
    Map<Long, Integer> votes = new LinkedHashMap<>();
    for (Observation.Alive alive : answering) {
      if (alive.systemIdentifier() != 0) {
        votes.merge(alive.systemIdentifier(), 1, Integer::sum);
      }
    }
    if (votes.isEmpty()) {
      return new Identity(remembered, Map.of());
    }
    long identifier =
        remembered == 0 ? mostVoted(votes) : keptOrOutvoted(remembered, votes, members);
    return new Identity(identifier, exclusions(identifier, answering));
  }

  /// The identity is known from elsewhere, and nobody votes.
  static Identity given(long identifier, List<Observation.Alive> answering) {
    return new Identity(identifier, exclusions(identifier, answering));
  }

  /// The fence around this cluster, as high as the highest of its members.
  Fence raise(Fence before, List<Observation.Alive> answering) {
    Fence fence = before.around(systemIdentifier);
    for (Observation.Alive alive : answering) {
      fence = exclusions.containsKey(alive.member()) ? fence : fence.raisedBy(alive);
    }
    return fence;
  }

  private static long keptOrOutvoted(long remembered, Map<Long, Integer> votes, int members) {
    long other = mostVoted(votes);
    boolean outvoted = !votes.containsKey(remembered) && votes.getOrDefault(other, 0) * 2 > members;
    return outvoted ? other : remembered;
  }

  /// The identifier most members have; 0 on a tie.
  private static long mostVoted(Map<Long, Integer> votes) {
    long best = 0;
    int bestVotes = 0;
    for (Map.Entry<Long, Integer> vote : votes.entrySet()) {
      if (vote.getValue() > bestVotes) {
        best = vote.getKey();
        bestVotes = vote.getValue();
      } else if (vote.getValue() == bestVotes) {
        best = 0;
      }
    }
    return best;
  }

  private static Map<String, String> exclusions(
      long identifier, List<Observation.Alive> answering) {
    Map<String, String> exclusions = new LinkedHashMap<>();
    for (Observation.Alive alive : answering) {
      long own = alive.systemIdentifier();
      if (own != 0 && own != identifier) {
        exclusions.put(alive.member(), exclusion(identifier, own));
      }
    }
    return exclusions;
  }

  private static String exclusion(long identifier, long own) {
    String text = "is of another cluster: system identifier " + Long.toUnsignedString(own);
    return identifier == 0
        ? text + ", and the members do not agree on one"
        : text + ", not " + Long.toUnsignedString(identifier);
  }

  /// One sentence per member of another cluster.
  List<String> alarms() {
    List<String> alarms = new ArrayList<>();
    exclusions.forEach((member, reason) -> alarms.add("member " + member + " " + reason));
    return alarms;
  }
}
