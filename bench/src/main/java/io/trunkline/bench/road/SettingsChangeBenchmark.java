package io.trunkline.bench.road;

import io.trunkline.protocol.sql.SessionSettings;
import io.trunkline.protocol.sql.SettingsChange;
import java.util.Map;
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

/// What turns a server's settings into a client's, which is asked at every lease where the two are
/// not one object.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class SettingsChangeBenchmark {
  private final SessionSettings server =
      SessionSettings.of(Map.of("application_name", "a", "timezone", "UTC", "datestyle", "ISO"));
  private final SessionSettings same =
      SessionSettings.of(Map.of("application_name", "a", "timezone", "UTC", "datestyle", "ISO"));
  private final SessionSettings other = server.with("application_name", "b");

  @Benchmark
  public SettingsChange equal() {
    return SettingsChange.between(server, same);
  }

  @Benchmark
  public SettingsChange oneDiffers() {
    return SettingsChange.between(server, other);
  }
}
