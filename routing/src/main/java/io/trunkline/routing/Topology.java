package io.trunkline.routing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is known of one cluster at one moment: immutable, compared by identity on the road. The
/// epoch (leader and timeline) is the fence: writes go to `leader` alone, or to nobody.
///
/// @param cluster the cluster's name
/// @param version counts publications, from 1
/// @param leader the one member that may take writes; null while there is none
/// @param claimant who holds the leader key while nobody leads: the next leader, once it can write;
///   null where there is no such key, or it has no holder that can be relied on, or its holder
///   leads
/// @param timeline the leader's timeline, or the highest ever seen while there is no leader
/// @param members every member, the leader included, ordered by name
/// @param drain why the leader takes no new writes although it leads: its lead is about to be
///   handed over; empty otherwise
/// @param aside members an operator has taken out, by name, each with the reason: nothing new goes
///   there, unless it leads
/// @param reason why this topology differs from the one before
public record Topology(
    String cluster,
    long version,
    @Nullable Member leader,
    @Nullable String claimant,
    int timeline,
    List<Member> members,
    String drain,
    Map<String, String> aside,
    String reason) {
  public Topology {
    members = List.copyOf(members);
    aside = Map.copyOf(aside);
    if (leader != null && !members.contains(leader)) {
      throw new IllegalArgumentException("leader is not a member: " + leader.name());
    }
  }

  /// A topology of which no operator has taken anybody out.
  public Topology(
      String cluster,
      long version,
      @Nullable Member leader,
      @Nullable String claimant,
      int timeline,
      List<Member> members,
      String drain,
      String reason) {
    this(cluster, version, leader, claimant, timeline, members, drain, Map.of(), reason);
  }

  /// A topology without a leader key.
  public Topology(
      String cluster,
      long version,
      @Nullable Member leader,
      int timeline,
      List<Member> members,
      String drain,
      String reason) {
    this(cluster, version, leader, null, timeline, members, drain, reason);
  }

  /// A topology without a leader key whose leader, if it has one, takes writes.
  public Topology(
      String cluster,
      long version,
      @Nullable Member leader,
      int timeline,
      List<Member> members,
      String reason) {
    this(cluster, version, leader, null, timeline, members, "", reason);
  }

  /// The same, but with a reason why its leader takes no new writes.
  public Topology draining(String why) {
    return new Topology(cluster, version, leader, claimant, timeline, members, why, aside, reason);
  }

  /// The same, but without these members, by name with the reason. Who leads stays: writes have
  /// nowhere else to go.
  public Topology settingAside(Map<String, String> reasons) {
    Map<String, String> out = new LinkedHashMap<>(reasons);
    if (leader != null) {
      out.remove(leader.name());
    }
    return new Topology(cluster, version, leader, claimant, timeline, members, drain, out, reason);
  }

  /// Why an operator has taken this member out; empty when none has.
  public String asideReason(String member) {
    return aside.getOrDefault(member, "");
  }

  /// The topology before anybody has looked: members without roles, no leader.
  public static Topology unknown(String cluster, List<Member> members) {
    return new Topology(cluster, 0, null, 0, members, "not looked at yet");
  }

  /// Who leads, or will as soon as it can: nobody else may have a write under way. Null while
  /// nobody knows.
  public @Nullable String heir() {
    return leader == null ? claimant : leader.name();
  }

  public @Nullable Member member(String name) {
    for (Member member : members) {
      if (member.name().equals(name)) {
        return member;
      }
    }
    return null;
  }
}
