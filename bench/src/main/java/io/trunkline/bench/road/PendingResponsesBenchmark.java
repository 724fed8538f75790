package io.trunkline.bench.road;

import io.trunkline.pool.PendingResponses;
import io.trunkline.pool.PendingResponses.Verdict;
import io.trunkline.pool.Request;
import io.trunkline.protocol.BackendTag;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The queue of what a server owes, through one query of the extended protocol.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class PendingResponsesBenchmark {
  private final PendingResponses pending = new PendingResponses();

  @Benchmark
  public Verdict extendedQuery() {
    pending.addForwarded(Request.BIND, null);
    pending.addForwarded(Request.DESCRIBE, null);
    pending.addForwarded(Request.EXECUTE, null);
    pending.addForwarded(Request.SYNC, null);
    pending.onMessage(BackendTag.BIND_COMPLETE);
    pending.onMessage(BackendTag.ROW_DESCRIPTION);
    pending.onMessage(BackendTag.COMMAND_COMPLETE);
    return pending.onReadyForQuery();
  }
}
