package io.trunkline.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.pool.PendingResponses.Verdict;
import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.CancelKey;
import io.trunkline.protocol.FrameScanner;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.sql.SessionSettings;
import io.trunkline.routing.Member;
import io.trunkline.settings.HostPort;
import io.trunkline.settings.Partial;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// A pool with servers made of [EmbeddedChannel]s and a clock that stands still: nothing happens
/// unless it is told to.
final class PoolRig implements ServerConnector, AutoCloseable {
  static final Partial<PoolSettings> DEFAULTS = Partial.none(PoolSettings.class);
  static final Object SCOPE = SessionSettings.EMPTY;
  private static final Member MEMBER = Member.unseen("m1", new HostPort("127.0.0.1", 5432));
  private static final CancelKey KEY = new CancelKey(1, Bytes.of(new byte[4]));

  /// An attempt to connect that has not ended.
  record Attempt(ServerStartup startup, Outcome outcome) {}

  private final List<EmbeddedChannel> homes = new ArrayList<>();
  private final List<EmbeddedChannel> servers = new ArrayList<>();
  private final Queue<Attempt> attempts = new ArrayDeque<>();
  private final Queue<Runnable> cancels = new ArrayDeque<>();
  private final ServerPool pool;
  private long now = 1_000_000_000;

  PoolRig(int loops, Partial<PoolSettings> settings, Limit... limits) {
    for (int i = 0; i < loops; i++) {
      homes.add(new EmbeddedChannel());
    }
    List<EventLoop> eventLoops = homes.stream().map(EmbeddedChannel::eventLoop).toList();
    PoolParts parts = new PoolParts(eventLoops, this, () -> now, true, cluster -> 0, suspect -> {});
    pool =
        new ServerPool(
            new PoolKey("c", "m1", "db", "u"),
            PoolSettings.defaults().with(settings),
            parts,
            MEMBER,
            List.of(limits));
  }

  ServerPool pool() {
    return pool;
  }

  PoolShard shard(int loop) {
    return pool.shard(loop);
  }

  /// How many connections live on a loop.
  int connections(int loop) {
    int[] count = {0};
    shard(loop).forEachConnection(_ -> count[0]++);
    return count[0];
  }

  void passes(long nanos) {
    now += nanos;
  }

  Queue<Attempt> attempts() {
    return attempts;
  }

  Queue<Runnable> cancels() {
    return cancels;
  }

  @Override
  public void connect(ServerPool asking, ServerStartup startup, EventLoop loop, Outcome outcome) {
    attempts.add(new Attempt(startup, outcome));
  }

  @Override
  public void cancel(ServerConnection server, Runnable ended) {
    cancels.add(ended);
  }

  /// Lets the oldest attempt end well.
  EmbeddedChannel accept() {
    EmbeddedChannel channel = new EmbeddedChannel();
    servers.add(channel);
    attempts.remove().outcome.onConnected(channel, identity(servers.size()));
    return channel;
  }

  /// Lets the oldest attempt fail.
  void fail(@Nullable String sqlState, String message) {
    attempts.remove().outcome.onFailed(new ConnectFailure(sqlState, message));
  }

  private ServerIdentity identity(long id) {
    return new ServerIdentity(id, MEMBER, KEY, ReportedParameters.NONE, now, 1000, "");
  }

  /// A connection of the first shard, leased to `lessee`.
  ServerConnection leased(Lessee lessee) {
    Client client = new Client(lessee);
    shard(0).lease(client);
    accept();
    return client.server;
  }

  EmbeddedChannel channel(ServerConnection server) {
    return (EmbeddedChannel) server.channel();
  }

  /// Runs what the loops were asked to run, until there is nothing more.
  void runLoops() {
    for (int i = 0; i < 8; i++) {
      servers.forEach(EmbeddedChannel::runPendingTasks);
      homes.forEach(EmbeddedChannel::runPendingTasks);
    }
  }

  @Override
  public void close() {
    for (EmbeddedChannel channel : servers) {
      channel.finishAndReleaseAll();
    }
    homes.forEach(EmbeddedChannel::finishAndReleaseAll);
  }

  // ---- bytes

  /// A backend message with this text as its body.
  static byte[] message(char tag, String body) {
    byte[] text = body.getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(5 + text.length)
        .put((byte) tag)
        .putInt(4 + text.length)
        .put(text)
        .array();
  }

  /// The shared statement with this text.
  static SharedStatement statement(String sql) {
    ByteBuf definition = Unpooled.copiedBuffer(sql + "\0\0\0", StandardCharsets.US_ASCII);
    return SharedStatement.of(definition, 0, definition.readableBytes(), SCOPE, 0);
  }

  static ByteBuf bytes(byte[]... parts) {
    return Unpooled.wrappedBuffer(Unpooled.copiedBuffer(parts));
  }

  /// A client that asks for a connection and notes what becomes of it.
  static class Client extends LeaseRequest {
    private final Lessee lessee;
    private final SessionSettings settings;
    ServerConnection server;
    LeaseFailure failure;
    boolean rerouted;

    /// Since when it wants a connection; null for since it asked.
    Long wantedSince;

    Client() {
      this(new Listener());
    }

    Client(Lessee lessee) {
      this(lessee, SessionSettings.EMPTY);
    }

    Client(Lessee lessee, SessionSettings settings) {
      this.lessee = lessee;
      this.settings = settings;
    }

    @Override
    protected Lessee lessee() {
      return lessee;
    }

    @Override
    protected SessionSettings wantedSettings() {
      return settings;
    }

    @Override
    protected long wantedSinceNanos(long nowNanos) {
      return wantedSince == null ? nowNanos : wantedSince;
    }

    @Override
    protected void onLeased(ServerConnection leased) {
      server = leased;
    }

    @Override
    protected void onLeaseFailed(LeaseFailure why) {
      failure = why;
    }

    @Override
    protected void onReroute() {
      rerouted = true;
    }
  }

  /// A lessee that notes what it is told, in order, bytes as text.
  static class Listener implements Lessee {
    final StringBuilder bytes = new StringBuilder();
    final List<String> events = new ArrayList<>();
    final List<Object> skipped = new ArrayList<>();
    int responses;
    Verdict onError = Verdict.FORWARD;
    boolean mayStay = true;
    int messageBytesMax = FrameScanner.FRAME_BYTES_MAX;

    @Override
    public int messageBytesMax() {
      return messageBytesMax;
    }

    @Override
    public void onTooLong(int messageBytes) {
      events.add("too long " + messageBytes);
    }

    @Override
    public void respond(ByteBuf response) {
      responses++;
      bytes.append(response.toString(StandardCharsets.ISO_8859_1));
      response.release();
    }

    @Override
    public boolean mayStay(TransactionStatus status) {
      return mayStay;
    }

    @Override
    public void onCycleEnd(TransactionStatus status) {
      events.add("end " + status);
    }

    @Override
    public void onParameters(ReportedParameters now) {
      events.add("parameters " + now);
    }

    @Override
    public Verdict onError(ByteBuf in, int start, int frameBytes) {
      events.add("error " + ErrorTexts.field(in, start, frameBytes, 'C'));
      return onError;
    }

    @Override
    public void onSkipped(Object subject) {
      skipped.add(subject);
    }

    @Override
    public void onSessionCommand(int effects) {
      events.add("command " + effects);
    }

    @Override
    public void flushResponses() {
      events.add("flush");
    }

    @Override
    public void onServerWritability(boolean writable) {
      events.add("writable " + writable);
    }

    @Override
    public void onServerClosed(ServerLoss loss) {
      events.add("closed " + (loss.explained() ? "explained " : "") + loss.reason());
    }
  }
}
