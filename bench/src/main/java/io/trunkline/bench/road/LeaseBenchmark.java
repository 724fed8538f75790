package io.trunkline.bench.road;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.pool.LeaseFailure;
import io.trunkline.pool.LeaseRequest;
import io.trunkline.pool.Lessee;
import io.trunkline.pool.PendingResponses.Verdict;
import io.trunkline.pool.PoolKey;
import io.trunkline.pool.PoolParts;
import io.trunkline.pool.PoolRegistry;
import io.trunkline.pool.PoolSettings;
import io.trunkline.pool.PoolShard;
import io.trunkline.pool.ReportedParameters;
import io.trunkline.pool.ServerConnection;
import io.trunkline.pool.ServerConnector;
import io.trunkline.pool.ServerIdentity;
import io.trunkline.pool.ServerLoss;
import io.trunkline.pool.ServerPool;
import io.trunkline.pool.ServerStartup;
import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.CancelKey;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.sql.SessionSettings;
import io.trunkline.routing.Member;
import io.trunkline.settings.HostPort;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Lease and release, as they happen once in a transaction.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls the setup first
public class LeaseBenchmark {
  private static final Member MEMBER = Member.unseen("m1", new HostPort("127.0.0.1", 5432));
  private static final CancelKey KEY = new CancelKey(1, Bytes.of(new byte[4]));
  private static final int SERVERS = 16;

  private final Client[] clients = new Client[SERVERS];
  private PoolShard shard;
  private PoolShard full;
  private Client holder;
  private Client waiting;

  /// Opens the servers; in one of the pools all are in use, and a client waits.
  @Setup
  public void open() {
    shard = pool().shard(0);
    full = pool().shard(0);
    for (int i = 0; i < clients.length; i++) {
      clients[i] = new Client();
    }
    int size = PoolSettings.defaults().size();
    for (int i = 1; i < size; i++) {
      full.lease(new Client());
    }
    holder = new Client();
    waiting = new Client();
    full.lease(holder);
    full.lease(waiting);
    List<Client> all = List.of(clients);
    all.forEach(shard::lease);
    all.forEach(Client::release);
  }

  private static ServerPool pool() {
    EmbeddedChannel home = new EmbeddedChannel();
    var parts =
        new PoolParts(
            List.of(home.eventLoop()), new InstantConnector(), () -> 0, true, _ -> 0, _ -> {});
    var key = new PoolKey("c", "m1", "db", "u");
    return new PoolRegistry(parts).enter(key, MEMBER, PoolSettings.defaults());
  }

  /// There is an idle server, and nobody else waits.
  @Benchmark
  public long idle() {
    shard.lease(clients[0]);
    return clients[0].release();
  }

  /// All servers are in use: the one that is released goes to the client that waits, and who had it
  /// waits next.
  @Benchmark
  public long handedOn() {
    Client next = waiting;
    waiting = holder;
    holder = next;
    long id = waiting.release();
    full.lease(waiting);
    return id;
  }

  /// Connections that are there at once.
  private static final class InstantConnector implements ServerConnector {
    @Override
    public void connect(ServerPool pool, ServerStartup startup, EventLoop loop, Outcome outcome) {
      var identity = new ServerIdentity(1, MEMBER, KEY, ReportedParameters.NONE, 0, 1000, "");
      outcome.onConnected(new EmbeddedChannel(), identity);
    }

    @Override
    public void cancel(ServerConnection server, Runnable ended) {
      ended.run();
    }
  }

  private static final class Client extends LeaseRequest implements Lessee {
    private @Nullable ServerConnection server;

    long release() {
      ServerConnection held = server;
      if (held == null) {
        throw new IllegalStateException("no server");
      }
      server = null;
      held.release(0);
      return held.identity().id();
    }

    @Override
    protected Lessee lessee() {
      return this;
    }

    @Override
    protected SessionSettings wantedSettings() {
      return SessionSettings.EMPTY;
    }

    @Override
    protected void onLeased(ServerConnection leased) {
      server = leased;
    }

    @Override
    protected void onLeaseFailed(LeaseFailure failure) {
      throw new IllegalStateException(failure.message());
    }

    @Override
    protected void onReroute() {
      throw new IllegalStateException("nobody moves");
    }

    @Override
    public void respond(ByteBuf bytes) {
      bytes.release();
    }

    @Override
    public void onCycleEnd(TransactionStatus status) {
      // nothing is asked
    }

    @Override
    public void onParameters(ReportedParameters now) {
      // none change
    }

    @Override
    public Verdict onError(ByteBuf in, int start, int frameBytes) {
      return Verdict.FORWARD;
    }

    @Override
    public void onSkipped(Object subject) {
      // nothing is asked
    }

    @Override
    public void onSessionCommand(int effects) {
      // nothing is asked
    }

    @Override
    public void flushResponses() {
      // nothing is said
    }

    @Override
    public void onServerWritability(boolean writable) {
      // nothing is sent
    }

    @Override
    public void onServerClosed(ServerLoss loss) {
      server = null;
    }
  }
}
