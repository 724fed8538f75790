package io.trunkline.pool;

/// Which server connections may serve each other's clients: those to the same member, for the same
/// database, logged in as the same user.
///
/// @param cluster the cluster's name
/// @param member the member's name in that cluster
/// @param database the database's name on the server; empty for physical replication, which happens
///   in none
/// @param user the user the server connections are logged in as
public record PoolKey(String cluster, String member, String database, String user) {
  @Override
  public String toString() {
    String where = database.isEmpty() ? "(replication)" : database;
    return "%s/%s %s@%s".formatted(cluster, member, user, where);
  }
}
