package io.trunkline.health;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who leads, by what all members say together.
///
/// @param leader the one member that may take writes; null for nobody
/// @param reason why nobody leads; empty when somebody does
/// @param exclusions members that answer but must not be used, each with its reason
/// @param alarms what an operator must hear of, one sentence each, the same words while it lasts
/// @param fence what is remembered from now on
record Verdict(
    @Nullable String leader,
    String reason,
    Map<String, String> exclusions,
    List<String> alarms,
    Fence fence) {
  Verdict {
    exclusions = Map.copyOf(exclusions);
    alarms = List.copyOf(alarms);
  }
}
