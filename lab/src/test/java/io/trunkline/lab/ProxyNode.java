package io.trunkline.lab;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.testcontainers.containers.GenericContainer;

/// A machine with Trunkline and keepalived.
final class ProxyNode extends Node {
  private final String virtualAddress;

  ProxyNode(String name, String address, GenericContainer<?> container, String virtualAddress) {
    super(name, address, container);
    this.virtualAddress = virtualAddress;
  }

  /// Whether keepalived has given it the address both share.
  boolean holdsTheAddress() {
    return run("ip", "-4", "-o", "address").contains(" " + virtualAddress + "/");
  }

  /// A connection to its own console, whoever has the shared address.
  Connection console() throws SQLException {
    return Postgres.connect(address(), 5999, "trunkline", "admin", "admin");
  }

  /// Runs a command on its console.
  void command(String command) {
    try (Connection console = console();
        Statement statement = console.createStatement()) {
      statement.execute(command);
    } catch (SQLException e) {
      throw new IllegalStateException(command + " on " + name(), e);
    }
  }
}
