package io.trunkline.routing;

/// What is to be said of a member when a client looks for one.
///
/// @param objection why it gets none of these clients, in words; empty when it may
public record Verdict(Member member, String objection) {
  public boolean isEligible() {
    return objection.isEmpty();
  }
}
