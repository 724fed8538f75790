package io.trunkline.bench.steady;

import io.trunkline.bench.load.LoadOrder;
import io.trunkline.bench.load.LoadResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What came out, as it is printed.
///
/// @param flight null when nothing was recorded
/// @param emptyKib of memory when there had been no clients yet
/// @param fullKib of memory at the end of the measured time, with all clients there
record Steadiness(
    LoadOrder order, LoadResult load, @Nullable Flight flight, long emptyKib, long fullKib) {
  private static final double KIB = 1024;
  private static final double NANOS_A_MILLI = 1e6;

  String text() {
    List<String> lines = new ArrayList<>();
    line(
        lines,
        "load",
        "%d clients, %s, and %d idle, for %.0f s"
            .formatted(
                order.clients(),
                order.work().name().toLowerCase(Locale.ROOT),
                order.idle(),
                load.seconds()));
    line(
        lines,
        "done",
        "%d (%.0f a second), p99 %.2f ms, longest gap %.2f ms, errors %d"
            .formatted(
                load.units(),
                load.units() / load.seconds(),
                load.p99Nanos() / NANOS_A_MILLI,
                load.gapNanos() / NANOS_A_MILLI,
                load.errors()));
    if (flight != null) {
      addAllocations(flight.allocations(), lines);
      line(lines, "collections", flight.collections().toString());
      line(lines, "safepoints", flight.safepoints().toString());
    }
    line(
        lines,
        "memory (RSS)",
        "%.1f MiB before the clients came, %.1f MiB at the end"
            .formatted(emptyKib / KIB, fullKib / KIB));
    return String.join("\n", lines);
  }

  private void addAllocations(Allocations allocations, List<String> lines) {
    if (allocations.loops() == 0) {
      line(lines, "allocated", "not known: the time was too short");
      return;
    }
    double perUnit = allocations.loopBytesPerSecond() * load.seconds() / load.units();
    line(
        lines,
        "allocated",
        "%.2f bytes a %s on the event loops (%d)"
            .formatted(perUnit, order.work().unit(), allocations.loops()));
    allocations.sites().forEach(site -> line(lines, "", "  " + site));
    line(lines, "", "%.1f KiB a second besides".formatted(allocations.otherBytesPerSecond() / KIB));
  }

  private static void line(List<String> lines, String name, String text) {
    lines.add("%-14s%s".formatted(name, text));
  }
}
