package io.trunkline.routing;

import io.trunkline.settings.HostPort;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One PostgreSQL instance of a cluster as last seen. Immutable; the next look makes a new one.
///
/// @param name unique in its cluster, as the operator or Patroni calls it
/// @param address where it listens
/// @param role what it is by its own word
/// @param timeline its timeline id, 0 when unknown
/// @param lsn written (primary) or replayed (standby) position
/// @param lagBytes how far its replay is behind the primary; 0 on the primary
/// @param lag how old its last replayed transaction is while it is behind; zero when it is not
/// @param alive whether it answered the last look
/// @param started since when its postmaster runs; null when unknown
/// @param readOnly whether a primary refuses writes (`default_transaction_read_only`)
/// @param latencyNanos smoothed round trip of a look; 0 when unknown
/// @param tags routing labels
/// @param reason why it is not alive or not eligible; empty when all is well
public record Member(
    String name,
    HostPort address,
    Role role,
    int timeline,
    Lsn lsn,
    long lagBytes,
    Duration lag,
    boolean alive,
    @Nullable Instant started,
    boolean readOnly,
    long latencyNanos,
    Map<String, String> tags,
    String reason) {
  public Member {
    tags = Map.copyOf(tags);
  }

  /// A member nobody has looked at yet.
  public static Member unseen(String name, HostPort address) {
    return new Member(
        name,
        address,
        Role.UNKNOWN,
        0,
        Lsn.ZERO,
        0,
        Duration.ZERO,
        false,
        null,
        false,
        0,
        Map.of(),
        "not looked at yet");
  }
}
