package io.trunkline.bench.road;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.FrameScanner;
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

/// The walk over headers that every byte of both sides takes.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class FrameScanBenchmark {
  private final FrameScanner scanner = new FrameScanner(64 * 1024, FrameScanner.HEADER_BYTES);
  private final Counting sink = new Counting();
  private final ByteBuf request = Messages.extendedQuery();
  private final ByteBuf response = Messages.tenRows();

  @Benchmark
  public int extendedQuery() {
    scanner.scan(request.readerIndex(0), sink);
    return sink.frames;
  }

  @Benchmark
  public int tenRows() {
    scanner.scan(response.readerIndex(0), sink);
    return sink.frames;
  }

  private static final class Counting implements FrameScanner.Sink {
    private int frames;

    @Override
    public boolean streams(byte tag) {
      return false;
    }

    @Override
    public boolean onFrame(ByteBuf in, byte tag, int start, int frameBytes) {
      frames++;
      return true;
    }

    @Override
    public boolean onFrameHead(ByteBuf in, byte tag, int start, int bytesHere, int frameBytes) {
      return true;
    }

    @Override
    public void onFrameBody(ByteBuf in, int start, int bytes, boolean last) {
      // nothing here is streamed
    }
  }
}
