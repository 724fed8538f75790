package io.trunkline.embedded;

/// How an embedded cluster is made.
///
/// @param members servers in all, the primary among them
/// @param server what all of them have in common; the port is not
/// @param slots whether the primary keeps WAL for each standby by a replication slot
public record ClusterOptions(int members, ServerOptions server, Slots slots) {

  /// Whether standbys stream through physical replication slots. See the PostgreSQL docs,
  /// "Replication Slots".
  public enum Slots {
    UNUSED,
    PHYSICAL
  }

  public ClusterOptions {
    if (members < 1) {
      throw new IllegalArgumentException("a cluster has one member at least, not " + members);
    }
  }

  public static ClusterOptions members(int members) {
    return new ClusterOptions(members, ServerOptions.newest(), Slots.UNUSED);
  }

  public ClusterOptions server(ServerOptions common) {
    return new ClusterOptions(members, common.port(0), slots);
  }

  public ClusterOptions withSlots() {
    return new ClusterOptions(members, server, Slots.PHYSICAL);
  }
}
