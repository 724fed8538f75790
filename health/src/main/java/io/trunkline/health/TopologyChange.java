package io.trunkline.health;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One change of a cluster's topology, for the console and the log.
///
/// @param version of the topology it led to
/// @param leader who leads since; null for nobody
/// @param source what was seen or said that changed it: `probe of node1`, `configuration`
/// @param reason what changed, in words
public record TopologyChange(
    Instant at,
    long version,
    @Nullable String leader,
    int timeline,
    String source,
    String reason) {}
