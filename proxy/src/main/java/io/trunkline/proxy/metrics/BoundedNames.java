package io.trunkline.proxy.metrics;

import java.util.HashSet;
import java.util.Set;

/// The names somebody chose that are told apart in a label: the first so many, for good, so that no
/// series changes its meaning; all others are one. Used under the lock of a scrape.
final class BoundedNames {
  static final String OTHERS = "(other)";

  private final int max;
  private final Set<String> known = new HashSet<>();

  BoundedNames(int max) {
    this.max = max;
  }

  String of(String name) {
    if (known.contains(name) || (known.size() < max && known.add(name))) {
      return name;
    }
    return OTHERS;
  }
}
