package io.trunkline.bench.steady;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;

/// What threads have allocated on the heap in a span of time: each counts its own bytes, so that
/// what happened between two looks at the count is exact. Of who allocated it there are samples.
final class Allocations {
  /// How the event loops of the proxy are called.
  private static final String LOOP = "loop-";

  private static final String OURS = "io.trunkline.";
  private static final int SITES = 5;

  /// The counts of a thread at the first and at the last look.
  private record Counted(Instant from, long first, Instant to, long last) {

    Counted until(Instant then, long bytes) {
      return new Counted(from, first, then, bytes);
    }

    long bytes() {
      return last - first;
    }

    double seconds() {
      return Duration.between(from, to).toNanos() / 1e9;
    }
  }

  private final Map<String, Counted> threads = new HashMap<>();
  private final Map<String, Long> sites = new HashMap<>();

  /// Takes an event [FlightRecorder#THREAD_ALLOCATION].
  void count(RecordedEvent event) {
    RecordedThread thread = event.getThread("thread");
    if (thread == null || thread.getJavaName() == null) {
      return;
    }
    long bytes = event.getLong("allocated");
    Instant then = event.getStartTime();
    String name = thread.getJavaName() + " #" + thread.getJavaThreadId();
    threads.merge(name, new Counted(then, bytes, then, bytes), (had, _) -> had.until(then, bytes));
  }

  /// Takes an event [FlightRecorder#ALLOCATION_SAMPLE].
  void sample(RecordedEvent event) {
    RecordedThread thread = event.getThread("eventThread");
    if (thread != null && isLoop(thread.getJavaName()) && event.getStackTrace() != null) {
      String site = event.getClass("objectClass").getName() + " by " + site(event.getStackTrace());
      sites.merge(site, event.getLong("weight"), Long::sum);
    }
  }

  /// The innermost method of ours, else the innermost.
  private static String site(RecordedStackTrace trace) {
    List<RecordedFrame> frames = trace.getFrames();
    RecordedFrame frame =
        frames.stream()
            .filter(f -> f.getMethod().getType().getName().startsWith(OURS))
            .findFirst()
            .orElse(frames.getFirst());
    return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
  }

  private static boolean isLoop(String name) {
    return name != null && name.startsWith(LOOP);
  }

  /// How many event loops were looked at more than once.
  long loops() {
    return threads.entrySet().stream()
        .filter(t -> isLoop(t.getKey()) && t.getValue().seconds() > 0)
        .count();
  }

  /// Bytes a second on all event loops.
  double loopBytesPerSecond() {
    return bytesPerSecond(true);
  }

  /// Bytes a second of everybody else.
  double otherBytesPerSecond() {
    return bytesPerSecond(false);
  }

  private double bytesPerSecond(boolean loops) {
    return threads.entrySet().stream()
        .filter(t -> isLoop(t.getKey()) == loops && t.getValue().seconds() > 0)
        .mapToDouble(t -> t.getValue().bytes() / t.getValue().seconds())
        .sum();
  }

  /// Who allocates on the loops, by what samples tell, those with most first; rough.
  List<String> sites() {
    double all = sites.values().stream().mapToLong(Long::longValue).sum();
    return sites.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(SITES)
        .map(site -> "%.0f %% %s".formatted(100 * site.getValue() / all, site.getKey()))
        .toList();
  }
}
