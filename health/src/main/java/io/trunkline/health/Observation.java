package io.trunkline.health;

import io.trunkline.routing.Lsn;
import io.trunkline.routing.Role;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What one look at one member found.
public sealed interface Observation {

  /// The member looked at.
  String member();

  /// It answered.
  ///
  /// @param timeline 0 when the probe's user may not read it
  /// @param lsn written (primary) or replayed (standby) position
  /// @param receivedLsn received from the primary and on disk; equals `lsn` on a primary
  /// @param replayAge age of the last replayed transaction by the standby's clock; null on a
  ///   primary and on a standby that has replayed none since it started
  /// @param started since when its postmaster runs; null when nobody asked
  /// @param readOnly `default_transaction_read_only`
  /// @param serverVersion `server_version_num`
  /// @param systemIdentifier the cluster's identity from initdb; 0 when the user may not read it
  /// @param latencyNanos round trip of the look's query
  /// @param atNanos when the answer came, on the monitor's clock
  record Alive(
      String member,
      Role role,
      int timeline,
      Lsn lsn,
      Lsn receivedLsn,
      @Nullable Duration replayAge,
      @Nullable Instant started,
      boolean readOnly,
      int serverVersion,
      long systemIdentifier,
      long latencyNanos,
      long atNanos)
      implements Observation {}

  /// It did not answer, or not as a server that can be used.
  record Dead(String member, Certainty certainty, String reason) implements Observation {}

  /// What a failed look proves.
  enum Certainty {
    /// No server is there, or it says itself that it serves nobody now: believed at once.
    CERTAIN,
    /// The network, the login or the load may be to blame: believed after several looks in a row.
    DOUBTFUL
  }
}
