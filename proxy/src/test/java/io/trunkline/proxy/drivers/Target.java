package io.trunkline.proxy.drivers;

/// Where a trial connects, and as whom.
public record Target(
    String host, int port, String user, String password, String database, Mode mode) {

  /// A libpq connection URI. See the PostgreSQL docs, "Connection URIs".
  public String url() {
    return "postgresql://%s:%s@%s:%d/%s".formatted(user, password, host, port, database);
  }

  public String jdbcUrl() {
    return "jdbc:postgresql://%s:%d/%s".formatted(host, port, database);
  }

  public Target withPassword(String other) {
    return new Target(host, port, user, other, database, mode);
  }

  public Target withDatabase(String other) {
    return new Target(host, port, user, password, other, mode);
  }
}
