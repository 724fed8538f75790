package io.trunkline.lab;

import java.util.List;
import java.util.stream.Stream;

/// All rows, as people who run this stack test it.
final class Faults {
  private Faults() {}

  static List<Fault> all() {
    return Stream.of(
            PlannedFaults.rows(),
            PostgresFaults.rows(),
            PatroniFaults.rows(),
            EtcdFaults.rows(),
            HostFaults.rows(),
            SynchronousFaults.rows(),
            ProxyFaults.rows(),
            KeepalivedFaults.rows())
        .flatMap(List::stream)
        .toList();
  }
}
