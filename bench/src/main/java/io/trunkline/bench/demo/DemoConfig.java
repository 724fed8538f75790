package io.trunkline.bench.demo;

import io.trunkline.settings.HostPort;
import java.util.Map;

/// The configuration of the demo's proxy, as an operator would write it.
final class DemoConfig {
  private DemoConfig() {}

  /// The text of `trunkline.yml` for these ports and members.
  static String text(DemoPorts ports, Map<String, HostPort> members) {
    StringBuilder lines = new StringBuilder();
    members.forEach((name, address) ->
        lines.append("      - {name: %s, address: \"%s\"}%n".formatted(name, address)));
    return """
    listeners:
      - {address: 127.0.0.1, port: %d, role: primary}
      - {address: 127.0.0.1, port: %d, role: prefer-replica}

    clusters:
      demo:
        members:
    %s    probe: {user: postgres, password: postgres, interval: 250ms, timeout: 1s}

    users:
      app: {password: app}

    admin:
      users:
        admin: {password: admin, role: admin}
    """
        .formatted(ports.writes(), ports.reads(), lines);
  }
}
