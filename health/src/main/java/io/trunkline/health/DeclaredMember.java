package io.trunkline.health;

import io.trunkline.settings.HostPort;
import java.util.Map;

/// A member that somebody says exists: where to look, not what will be found.
///
/// @param state what it is by the source's word, such as `running replica`; empty when that says
///   nothing. For the reader alone: it may be seconds old.
public record DeclaredMember(
    String name, HostPort address, Map<String, String> tags, String state) {
  public DeclaredMember {
    tags = Map.copyOf(tags);
  }

  public DeclaredMember(String name, HostPort address, Map<String, String> tags) {
    this(name, address, tags, "");
  }
}
