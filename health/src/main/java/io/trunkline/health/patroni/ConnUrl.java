package io.trunkline.health.patroni;

import io.trunkline.settings.HostPort;
import org.jspecify.annotations.Nullable;

/// A member's `conn_url`, such as `postgres://10.0.0.1:5432/postgres`: a connection URI of libpq
/// (PostgreSQL docs, "Connection URIs") of which only the first host counts.
final class ConnUrl {
  private static final int PORT = 5432;

  private ConnUrl() {}

  /// Where the server listens; null when the text does not say.
  static @Nullable HostPort address(String url) {
    int scheme = url.indexOf("://");
    if (scheme < 0) {
      return null;
    }
    String rest = url.substring(scheme + "://".length());
    String authority = rest.split("[/?#]", 2)[0];
    String hosts = authority.substring(authority.lastIndexOf('@') + 1);
    try {
      return HostPort.parse(hosts.split(",", 2)[0], PORT);
    } catch (IllegalArgumentException expected) {
      return null;
    }
  }
}
