package io.trunkline.bench.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/// The two ports the demo listens on, and what to tell the viewer about their choice.
///
/// @param writes where clients that write connect
/// @param reads where clients that only read connect
/// @param remarks which wanted port was busy and what replaced it; empty when none was
record DemoPorts(int writes, int reads, List<String> remarks) {
  private static final int HIGHEST = 65_535;

  DemoPorts {
    remarks = List.copyOf(remarks);
  }

  /// Takes `wanted` and the port after it; the next free one above each that is busy.
  ///
  /// @throws IllegalStateException when no port above is free
  static DemoPorts choose(int wanted, IntPredicate isFree) {
    List<String> remarks = new ArrayList<>();
    int writes = freeFrom(wanted, wanted, isFree, remarks);
    int reads = freeFrom(wanted + 1, writes + 1, isFree, remarks);
    return new DemoPorts(writes, reads, remarks);
  }

  private static int freeFrom(int wanted, int lowest, IntPredicate isFree, List<String> remarks) {
    for (int port = lowest; port <= HIGHEST; port++) {
      if (isFree.test(port)) {
        if (port != wanted) {
          String why = wanted < lowest ? "is taken by the other listener" : "is busy";
          remarks.add("port %d %s, using %d".formatted(wanted, why, port));
        }
        return port;
      }
    }
    throw new IllegalStateException("no free port from " + wanted + " on");
  }
}
