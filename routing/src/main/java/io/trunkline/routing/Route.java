package io.trunkline.routing;

/// Where a client may go now. Expected life, so a value and never an exception.
public sealed interface Route {

  /// To this member.
  record To(Member member) implements Route {}

  /// Nowhere yet: wait for the next topology, then ask again.
  record Hold(String reason) implements Route {}
}
