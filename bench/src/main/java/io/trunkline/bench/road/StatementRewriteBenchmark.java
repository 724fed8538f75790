package io.trunkline.bench.road;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.trunkline.pool.ServerStatements;
import io.trunkline.pool.SharedStatement;
import java.nio.charset.StandardCharsets;
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

/// What prepared statements cost beyond the scan: is the statement on this server, its Parse for a
/// server that lacks it, and its name into a Bind.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class StatementRewriteBenchmark {
  private static final int STATEMENTS = 200;

  private final ByteBuf messages = Messages.extendedQuery();
  private final ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(512);
  private final ServerStatements statements = new ServerStatements();
  private final SharedStatement[] shared = new SharedStatement[STATEMENTS];
  private int next;

  public StatementRewriteBenchmark() {
    ByteBuf definition = PooledByteBufAllocator.DEFAULT.buffer();
    for (int i = 0; i < STATEMENTS; i++) {
      String sql = "SELECT balance FROM accounts WHERE branch = %d AND id = $1\0\0\0".formatted(i);
      definition.clear().writeBytes(sql.getBytes(StandardCharsets.US_ASCII));
      shared[i] = SharedStatement.of(definition, 0, definition.readableBytes(), "scope", 0);
      statements.noteParsed(shared[i]);
    }
    definition.release();
  }

  private SharedStatement statement() {
    next = next + 1 == STATEMENTS ? 0 : next + 1;
    return shared[next];
  }

  @Benchmark
  public boolean isKnown() {
    return statements.knows(statement());
  }

  @Benchmark
  public int nameIntoBind() {
    byte[] name = statement().name();
    out.clear().writeByte('B').writeInt(messages.readableBytes()).writeByte(0).writeBytes(name);
    return out.writeBytes(messages, 0, messages.readableBytes()).writerIndex();
  }

  @Benchmark
  public int parseInFront() {
    statement().encodeParse(out.clear());
    return out.writerIndex();
  }
}
