package io.trunkline.health.etcd;

import io.trunkline.settings.HostPort;
import io.trunkline.settings.Problem;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Where a service answers and whether over TLS: `host`, `host:port`, `http://host:port` or
/// `https://host:port`; a path behind it is not looked at.
public record StoreAddress(boolean tls, HostPort address) {
  static final String ALLOWED = "host, host:port, http://host:port or https://host:port";

  /// The address in a text, or null when there is none.
  public static @Nullable StoreAddress parse(String text, int defaultPort) {
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

  /// Those of a list that are addresses, in its order.
  public static List<StoreAddress> all(List<String> texts, int defaultPort) {
    return texts.stream()
        .map(text -> parse(text, defaultPort))
        .filter(Objects::nonNull)
        .map(Objects::requireNonNull) // which the filter has seen to
        .toList();
  }

  /// Adds a problem for each text of a setting that is no address.
  public static void check(String setting, List<String> texts, List<Problem> problems) {
    for (String text : texts) {
      if (parse(text, 1) == null) {
        problems.add(new Problem(setting, "\"" + text + "\"", ALLOWED));
      }
    }
  }

  /// As it would be written.
  public String url() {
    return (tls ? "https://" : "http://") + address;
  }

  @Override
  public String toString() {
    return url();
  }
}
