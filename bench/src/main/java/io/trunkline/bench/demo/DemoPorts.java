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

  /// Takes `wanted` for writes and the port after it for reads. One that is busy is replaced by a
  /// free port above both, so that neither port ever means what the other should.
  ///
  /// @throws IllegalStateException when no port above is free
  static DemoPorts choose(int wanted, IntPredicate isFree) {
    List<String> remarks = new ArrayList<>();
    int writes = choose(wanted, wanted + 2, isFree, remarks);
    int reads = choose(wanted + 1, Math.max(wanted + 1, writes) + 1, isFree, remarks);
    return new DemoPorts(writes, reads, remarks);
  }

  private static int choose(int wanted, int instead, IntPredicate isFree, List<String> remarks) {
    if (isFree.test(wanted)) {
      return wanted;
    }
    for (int port = instead; port <= HIGHEST; port++) {
      if (isFree.test(port)) {
        remarks.add("port %d is busy, using %d".formatted(wanted, port));
        return port;
      }
    }
    throw new IllegalStateException(
        "port %d is busy, and no port from %d on is free".formatted(wanted, instead));
  }
}
