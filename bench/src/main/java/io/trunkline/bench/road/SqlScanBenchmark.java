package io.trunkline.bench.road;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.trunkline.protocol.sql.SqlScanner;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The look at each text for what it may do to its session.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class SqlScanBenchmark {
  @Param({
    "SELECT abalance FROM pgbench_accounts WHERE aid = 4711",
    "SET search_path = tenant_17, public",
    "BEGIN"
  })
  public String sql = "";

  private final SqlScanner scanner = new SqlScanner();
  private ByteBuf text = Unpooled.EMPTY_BUFFER;

  @Setup
  public void encode() {
    text = Unpooled.directBuffer().writeBytes(sql.getBytes(StandardCharsets.UTF_8));
  }

  @Benchmark
  public int scan() {
    return scanner.scan(text, 0, text.writerIndex());
  }
}
