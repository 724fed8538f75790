package io.trunkline.health;

import io.trunkline.routing.Role;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Finds the leader in what the members say about themselves, where no leader key says who may lead
/// ([ClaimedElection]). Pure; one instance per verdict.
///
/// The rules, in this order. Nobody leads rather than the wrong one.
///
/// 1. Until somebody was seen, every member must have been looked at once: the first to answer may
///    be the stale one.
/// 2. A member of another cluster ([Identity]) has no say.
/// 3. Of several primaries the one on the highest timeline leads: promotion always begins a new
///    timeline (PostgreSQL docs, "Continuous Archiving", "Timelines").
/// 4. On the same timeline, or where one cannot be read, the present leader stays; if it is not
///    among them, nobody leads.
/// 5. A primary below the highest timeline ever seen, on a standby too, does not lead: a newer
///    primary exists or existed. This also stops a cluster restored to an earlier point on purpose,
///    until the fence is forgotten.
///
/// A primary with `default_transaction_read_only` on is still the primary; it leads, with an alarm.
final class Election {
  private final @Nullable String presentLeader;
  private final Map<String, String> exclusions;
  private final List<String> alarms;
  private final List<Observation.Alive> primaries;
  private final Fence fence;

  private Election(
      @Nullable String presentLeader,
      Identity identity,
      List<Observation.Alive> answering,
      Fence fence) {
    this.presentLeader = presentLeader;
    this.fence = fence;
    exclusions = new LinkedHashMap<>(identity.exclusions());
    alarms = new ArrayList<>(identity.alarms());
    primaries =
        answering.stream()
            .filter(alive -> alive.role() == Role.PRIMARY)
            .filter(alive -> !exclusions.containsKey(alive.member()))
            .toList();
  }

  static Verdict hold(
      @Nullable String presentLeader, Collection<Sighting> sightings, Fence fenceBefore) {
    List<Observation.Alive> answering = Sighting.answering(sightings);
    if (fenceBefore.isOpen() && sightings.stream().anyMatch(Sighting.Unseen.class::isInstance)) {
      return waitForFirstLooks(answering);
    }
    Identity identity = Identity.of(fenceBefore.systemIdentifier(), answering, sightings.size());
    Fence fence = identity.raise(fenceBefore, answering);
    return new Election(presentLeader, identity, answering, fence).decide();
  }

  private static Verdict waitForFirstLooks(List<Observation.Alive> answering) {
    Map<String, String> waiting = new LinkedHashMap<>();
    for (Observation.Alive alive : answering) {
      if (alive.role() == Role.PRIMARY) {
        waiting.put(alive.member(), "waits for the first look at all others");
      }
    }
    String reason = "waiting for the first look at every member";
    return new Verdict(null, reason, waiting, List.of(), Fence.NONE);
  }

  private Verdict decide() {
    if (primaries.isEmpty()) {
      return nobody("no member is a primary");
    }
    Observation.Alive chosen = primaries.size() == 1 ? primaries.getFirst() : chooseOfSeveral();
    if (chosen == null) {
      return nobody("several members claim to be the primary on the same timeline");
    }
    if (chosen.timeline() == 0) {
      alarms.add("primary " + chosen.member() + " does not tell its timeline: writes are unfenced");
    } else if (chosen.timeline() < fence.timeline()) {
      return nobodyBelowFence(chosen);
    }
    if (chosen.readOnly()) {
      alarms.add("leader " + chosen.member() + " has default_transaction_read_only on");
    }
    return new Verdict(chosen.member(), "", exclusions, alarms, fence);
  }

  private Observation.@Nullable Alive chooseOfSeveral() {
    int highest = primaries.stream().mapToInt(Observation.Alive::timeline).max().orElseThrow();
    List<Observation.Alive> contenders =
        primaries.stream()
            .filter(alive -> alive.timeline() == highest || alive.timeline() == 0)
            .toList();
    Observation.Alive chosen =
        contenders.size() == 1 ? contenders.getFirst() : presentAmong(contenders);
    for (Observation.Alive primary : primaries) {
      if (!primary.equals(chosen)) {
        exclusions.put(primary.member(), claims(primary) + despite(chosen));
      }
    }
    alarms.add(
        primaries.stream().map(Election::named).collect(Collectors.joining(" and "))
            + " all claim to be the primary: "
            + (chosen == null ? "writes go to none of them" : "writes go to " + chosen.member()));
    return chosen;
  }

  private static String despite(Observation.@Nullable Alive leader) {
    return leader == null
        ? " as others do"
        : ", but " + leader.member() + " leads on timeline " + leader.timeline();
  }

  private Observation.@Nullable Alive presentAmong(List<Observation.Alive> contenders) {
    for (Observation.Alive contender : contenders) {
      if (contender.member().equals(presentLeader)) {
        return contender;
      }
    }
    return null;
  }

  private Verdict nobodyBelowFence(Observation.Alive chosen) {
    String seen = "timeline " + fence.timeline() + " was seen on " + fence.seenOn();
    exclusions.put(chosen.member(), claims(chosen) + ", but " + seen);
    alarms.add(
        named(chosen)
            + " is the only primary, but "
            + seen
            + ": no writes until that one is back or the fence is forgotten");
    return nobody("the only primary is on an old timeline");
  }

  private Verdict nobody(String reason) {
    return new Verdict(null, reason, exclusions, alarms, fence);
  }

  static String claims(Observation.Alive primary) {
    return "claims to be the primary on timeline " + primary.timeline();
  }

  static String named(Observation.Alive primary) {
    return primary.member() + " (timeline " + primary.timeline() + ")";
  }
}
