package io.trunkline.health;

/// What was once seen and must not be undone by a stale primary: the highest timeline, and which
/// cluster it was on. A [FenceMemory] keeps it beyond this process.
///
/// @param timeline the highest timeline any member of the cluster was seen on; 0 before
/// @param seenOn the member that was on it
/// @param systemIdentifier the cluster's identity; 0 while unknown
public record Fence(int timeline, String seenOn, long systemIdentifier) {
  public static final Fence NONE = new Fence(0, "", 0);

  /// Whether nothing was ever seen.
  boolean isOpen() {
    return timeline == 0 && systemIdentifier == 0;
  }

  Fence raisedBy(Observation.Alive alive) {
    return alive.timeline() > timeline
        ? new Fence(alive.timeline(), alive.member(), systemIdentifier)
        : this;
  }

  /// The fence around this cluster: a changed identity opens it.
  Fence around(long identifier) {
    return identifier == systemIdentifier || systemIdentifier == 0
        ? new Fence(timeline, seenOn, identifier)
        : new Fence(0, "", identifier);
  }
}
