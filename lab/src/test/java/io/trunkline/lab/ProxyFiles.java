package io.trunkline.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The configuration of a proxy node.
final class ProxyFiles {
  private ProxyFiles() {}

  /// The file this product ships, with the lab's addresses in it.
  static String keepalived(Path conf, Addresses addresses, int index) throws IOException {
    return Files.readString(conf.resolve("keepalived.conf"))
        .replace("router_id proxy1", "router_id " + Addresses.proxyName(index))
        .replace("10.0.0.100/24", addresses.virtual() + "/24")
        .replace("unicast_src_ip 10.0.0.21", "unicast_src_ip " + addresses.proxy(index))
        .replace("        10.0.0.22\n", "        " + addresses.proxy(1 - index) + "\n");
  }

  static String trunkline(Addresses addresses, int index) {
    String endpoints = String.join(", ", addresses.allData());
    return """
    listeners:
      - { address: %1$s, port: 5000, role: primary }
      - { address: %1$s, port: 5001, role: replica }
      - { port: 5999, role: any }
    clusters:
      lab:
        patroni:
          scope: lab
          etcd: { endpoints: [%2$s] }
          rest: { urls: [%2$s] }
        probe: { user: trunkline, password: trunkline }
    users:
      app: { password: app }
    admin:
      users:
        admin: { password: admin, role: admin }
    http: { port: 8009 }
    peers: { self: %3$d, instances: { 1: '%4$s:5999', 2: '%5$s:5999' } }
    pool: { connect_timeout: 2s, login_retry: 100ms }
    """
        .formatted(
            addresses.virtual(), endpoints, index + 1, addresses.proxy(0), addresses.proxy(1));
  }
}
