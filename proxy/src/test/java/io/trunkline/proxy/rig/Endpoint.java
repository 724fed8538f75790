package io.trunkline.proxy.rig;

import java.util.LinkedHashMap;
import java.util.Map;

/// Somewhere a PostgreSQL client can log in: a server, or a proxy in front of one.
public record Endpoint(String host, int port, String user, String password, String database) {
  public Endpoint as(String otherUser, String otherPassword) {
    return new Endpoint(host, port, otherUser, otherPassword, database);
  }

  public Endpoint onPort(int otherPort) {
    return new Endpoint(host, otherPort, user, password, database);
  }

  public Endpoint inDatabase(String otherDatabase) {
    return new Endpoint(host, port, user, password, otherDatabase);
  }

  /// The parameters a StartupMessage needs here, open for more.
  public Map<String, String> startupParameters() {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("user", user);
    parameters.put("database", database);
    return parameters;
  }
}
