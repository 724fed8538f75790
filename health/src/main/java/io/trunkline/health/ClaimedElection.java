package io.trunkline.health;

import io.trunkline.routing.Role;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Who leads a cluster that keeps a leader key: the one that holds it, once it says by itself that
/// it is no standby, on a timeline not below the fence. Everybody else who claims to be a primary
/// gets nothing, however many agree with it. Pure; one instance per verdict.
///
/// The key is trusted for who may lead, the member for whether it can: a new holder has not been
/// promoted yet, and one whose server was killed may keep the key while that starts again. Neither
/// is trusted for the fence: a Patroni that was frozen may take its key back from a leader on a
/// higher timeline.
final class ClaimedElection {
  private final Claims claims;
  private final Collection<Sighting> sightings;
  private final Identity identity;
  private final Fence fence;
  private final Map<String, String> exclusions;
  private final List<String> alarms;

  private ClaimedElection(
      Claims claims, Collection<Sighting> sightings, Identity identity, Fence fence) {
    this.claims = claims;
    this.sightings = sightings;
    this.identity = identity;
    this.fence = fence;
    exclusions = new LinkedHashMap<>(identity.exclusions());
    alarms = new ArrayList<>(identity.alarms());
  }

  static Verdict hold(Claims claims, Collection<Sighting> sightings, Fence fenceBefore) {
    List<Observation.Alive> answering = Sighting.answering(sightings);
    Identity identity =
        claims.systemIdentifier() == 0
            ? Identity.of(fenceBefore.systemIdentifier(), answering, sightings.size())
            : Identity.given(claims.systemIdentifier(), answering);
    Fence fence = identity.raise(fenceBefore, answering);
    return new ClaimedElection(claims, sightings, identity, fence).decide();
  }

  private Verdict decide() {
    for (Observation.Alive alive : Sighting.answering(sightings)) {
      boolean holds = alive.member().equals(claims.holder()) && !claims.isDoubtful();
      if (alive.role() == Role.PRIMARY && !holds) {
        exclude(alive, claims.objection());
      }
    }
    if (claims.isDoubtful()) {
      String reason = "nobody can confirm who holds the leader key: " + claims.doubt();
      alarms.add(reason);
      return nobody(reason);
    }
    if (claims.holder() == null) {
      return nobody("nobody holds the leader key");
    }
    for (Sighting sighting : sightings) {
      if (sighting.name().equals(claims.holder())) {
        return judge(sighting);
      }
    }
    return nobody(claims.holder() + " holds the leader key but is no known member");
  }

  private Verdict judge(Sighting holder) {
    String holds = holder.name() + " holds the leader key but ";
    return switch (holder) {
      case Sighting.Unseen _ -> nobody(holds + "was not looked at yet");
      case Sighting.Silent silent -> nobody(holds + "is down: " + silent.reason());
      case Sighting.Answering answering -> {
        if (identity.exclusions().containsKey(holder.name())) {
          yield nobody(holds + "is of another cluster");
        }
        Observation.Alive alive = answering.last();
        yield alive.role() == Role.PRIMARY
            ? lead(alive)
            : nobody(holds + "is a standby until it is promoted");
      }
    };
  }

  private Verdict lead(Observation.Alive holder) {
    if (holder.timeline() != 0 && holder.timeline() < fence.timeline()) {
      return refuse(holder);
    }
    if (holder.timeline() == 0) {
      alarms.add("primary " + holder.member() + " does not tell its timeline: writes are unfenced");
    }
    if (holder.readOnly()) {
      alarms.add("leader " + holder.member() + " has default_transaction_read_only on");
    }
    for (Observation.Alive alive : Sighting.answering(sightings)) {
      if (alive.role() == Role.PRIMARY && !alive.equals(holder) && !isStranger(alive)) {
        alarms.add(
            Election.named(alive)
                + " is a primary without the leader key, which "
                + holder.member()
                + " holds: it gets no writes");
      }
    }
    return new Verdict(holder.member(), "", exclusions, alarms, fence);
  }

  /// It holds the key by a right it had lost: what the higher timeline acknowledged is not on it.
  private Verdict refuse(Observation.Alive holder) {
    String seen = "timeline " + fence.timeline() + " was seen on " + fence.seenOn();
    exclude(holder, "but " + seen);
    alarms.add(
        Election.named(holder)
            + (claims.overwritten() ? " has overwritten" : " holds")
            + " the leader key, but "
            + seen
            + ": no writes until that one leads again or the fence is forgotten");
    return nobody(holder.member() + " holds the leader key on an old timeline");
  }

  private boolean isStranger(Observation.Alive alive) {
    return identity.exclusions().containsKey(alive.member());
  }

  private void exclude(Observation.Alive primary, String but) {
    exclusions.putIfAbsent(primary.member(), Election.claims(primary) + ", " + but);
  }

  private Verdict nobody(String reason) {
    return new Verdict(null, reason, exclusions, alarms, fence);
  }
}
