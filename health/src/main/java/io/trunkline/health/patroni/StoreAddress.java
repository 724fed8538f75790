package io.trunkline.health.patroni;

import io.trunkline.settings.HostPort;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Where a service answers and whether over TLS: `host`, `host:port`, `http://host:port` or
/// `https://host:port`; a path behind it is not looked at.
record StoreAddress(boolean tls, HostPort address) {
  static final String ALLOWED = "host, host:port, http://host:port or https://host:port";

  /// The address in a text, or null when there is none.
  static @Nullable StoreAddress parse(String text, int defaultPort) {
    String lower = text.toLowerCase(Locale.ROOT);
    boolean tls = lower.startsWith("https://");
    int scheme = tls ? "https://".length() : lower.startsWith("http://") ? "http://".length() : 0;
    int path = text.indexOf('/', scheme);
    String place = text.substring(scheme, path < 0 ? text.length() : path);
    if (place.isEmpty() || place.indexOf('@') >= 0 || !place.chars().allMatch(c -> c > ' ')) {
      return null;
    }
    try {
      return new StoreAddress(tls, HostPort.parse(place, defaultPort));
    } catch (IllegalArgumentException expected) {
      return null;
    }
  }

  /// As it would be written.
  String url() {
    return (tls ? "https://" : "http://") + address;
  }

  @Override
  public String toString() {
    return url();
  }
}
