package io.trunkline.health;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Every member of a cluster as one source knows them; replaces the roster before it.
///
/// @param source who says so, for log and history
public record Roster(String source, List<DeclaredMember> members) {
  public Roster {
    members = List.copyOf(members);
    Set<String> names = new HashSet<>();
    for (DeclaredMember member : members) {
      if (!names.add(member.name())) {
        throw new IllegalArgumentException("two members are called " + member.name());
      }
    }
  }
}
