package io.trunkline.health;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Every member of a cluster as one source knows them; replaces the roster before it.
///
/// @param source who says so, for log and history
/// @param claims who may lead; null from a source that does not know: then the members decide
public record Roster(String source, List<DeclaredMember> members, @Nullable Claims claims) {
  public Roster {
    members = List.copyOf(members);
    Set<String> names = new HashSet<>();
    for (DeclaredMember member : members) {
      if (!names.add(member.name())) {
        throw new IllegalArgumentException("two members are called " + member.name());
      }
    }
  }

  /// From a source that knows nothing of who may lead.
  public Roster(String source, List<DeclaredMember> members) {
    this(source, members, null);
  }
}
