package io.trunkline.routing;

/// How busy a member is with this instance's clients: what balancing by load needs to know.
@FunctionalInterface
public interface MemberLoad {

  /// Server connections in use plus clients waiting for one, on this member.
  int load(Member member);
}
