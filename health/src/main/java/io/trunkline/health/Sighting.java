package io.trunkline.health;

import io.trunkline.routing.Lsn;
import io.trunkline.routing.Member;
import io.trunkline.routing.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// What is remembered of one member between two looks.
sealed interface Sighting {

  DeclaredMember declared();

  /// The member as the topology shows it.
  ///
  /// @param exclusion why it must not be used although it answers; empty when it may
  Member toMember(String exclusion);

  /// The same member under changed tags.
  Sighting redeclared(DeclaredMember declared);

  /// What those said last who answer.
  static List<Observation.Alive> answering(Collection<Sighting> sightings) {
    List<Observation.Alive> answering = new ArrayList<>();
    for (Sighting sighting : sightings) {
      if (sighting instanceof Answering member) {
        answering.add(member.last());
      }
    }
    return answering;
  }

  default String name() {
    return declared().name();
  }

  /// What is remembered after one more look.
  ///
  /// @param failedLooksMax how many doubtful looks in a row make a member dead
  default Sighting after(Observation observation, LeaderTrail trail, int failedLooksMax) {
    return switch (observation) {
      case Observation.Alive alive -> answered(alive, trail);
      case Observation.Dead dead -> failed(dead, failedLooksMax);
    };
  }

  private Sighting answered(Observation.Alive alive, LeaderTrail trail) {
    boolean standby = alive.role() == Role.STANDBY;
    return new Answering(
        declared(),
        alive,
        0,
        standby ? trail.lagBytes(alive) : 0,
        standby ? trail.lag(alive) : Duration.ZERO,
        smoothed(alive.latencyNanos()));
  }

  private long smoothed(long latencyNanos) {
    return this instanceof Answering before
        ? before.latencyNanos + (latencyNanos - before.latencyNanos) / Answering.SMOOTHING
        : latencyNanos;
  }

  private Sighting failed(Observation.Dead dead, int failedLooksMax) {
    return switch (this) {
      case Answering before
          when dead.certainty() == Observation.Certainty.DOUBTFUL
              && before.failedLooks + 1 < failedLooksMax ->
          before.failedOnceMore();
      case Answering before ->
          new Silent(declared(), before.last.timeline(), before.last.lsn(), dead.reason());
      case Silent before -> new Silent(declared(), before.timeline, before.lsn, dead.reason());
      case Unseen _ -> new Silent(declared(), 0, Lsn.ZERO, dead.reason());
    };
  }

  /// Nobody has looked yet.
  record Unseen(DeclaredMember declared) implements Sighting {
    @Override
    public Member toMember(String exclusion) {
      return dead(declared, 0, Lsn.ZERO, "not looked at yet");
    }

    @Override
    public Sighting redeclared(DeclaredMember declared) {
      return new Unseen(declared);
    }
  }

  /// It answered the last look, or fewer looks failed since than it takes to call it dead.
  record Answering(
      DeclaredMember declared,
      Observation.Alive last,
      int failedLooks,
      long lagBytes,
      Duration lag,
      long latencyNanos)
      implements Sighting {

    /// A new round trip counts for one part in this many.
    private static final int SMOOTHING = 4;

    @Override
    public Member toMember(String exclusion) {
      return new Member(
          name(),
          declared.address(),
          last.role(),
          last.timeline(),
          last.lsn(),
          lagBytes,
          lag,
          true,
          last.started(),
          last.role() == Role.PRIMARY && last.readOnly(),
          latencyNanos,
          declared.tags(),
          exclusion);
    }

    @Override
    public Sighting redeclared(DeclaredMember declared) {
      return new Answering(declared, last, failedLooks, lagBytes, lag, latencyNanos);
    }

    private Answering failedOnceMore() {
      return new Answering(declared, last, failedLooks + 1, lagBytes, lag, latencyNanos);
    }
  }

  /// It is dead; where it was last is kept for the reader.
  record Silent(DeclaredMember declared, int timeline, Lsn lsn, String reason) implements Sighting {
    @Override
    public Member toMember(String exclusion) {
      return dead(declared, timeline, lsn, reason);
    }

    @Override
    public Sighting redeclared(DeclaredMember declared) {
      return new Silent(declared, timeline, lsn, reason);
    }
  }

  private static Member dead(DeclaredMember declared, int timeline, Lsn lsn, String reason) {
    return new Member(
        declared.name(),
        declared.address(),
        Role.UNKNOWN,
        timeline,
        lsn,
        0,
        Duration.ZERO,
        false,
        null,
        false,
        0,
        declared.tags(),
        reason);
  }
}
