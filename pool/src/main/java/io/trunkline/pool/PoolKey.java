package io.trunkline.pool;

/// Which server connections may serve each other's clients: those to the same member, for the same
/// database, logged in as the same user and made ready by the same query.
///
/// @param cluster the cluster's name
/// @param member the member's name in that cluster
/// @param database the database's name on the server; empty for physical replication, which happens
///   in none
/// @param user the user the server connections are logged in as
/// @param connectQuery what each new connection runs before anybody gets it; empty for nothing
public record PoolKey(
    String cluster, String member, String database, String user, String connectQuery) {

  /// A pool whose connections are used as they are.
  public PoolKey(String cluster, String member, String database, String user) {
    this(cluster, member, database, user, "");
  }

  @Override
  public String toString() {
    String where = database.isEmpty() ? "(replication)" : database;
    return "%s/%s %s@%s".formatted(cluster, member, user, where);
  }
}
