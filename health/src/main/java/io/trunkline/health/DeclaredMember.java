package io.trunkline.health;

import io.trunkline.settings.HostPort;
import java.util.Map;

/// A member that somebody says exists: where to look, not what will be found.
public record DeclaredMember(String name, HostPort address, Map<String, String> tags) {
  public DeclaredMember {
    tags = Map.copyOf(tags);
  }
}
