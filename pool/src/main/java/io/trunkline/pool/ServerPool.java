package io.trunkline.pool;

import io.netty.channel.EventLoop;
import io.trunkline.protocol.NanoTime;
import io.trunkline.routing.Member;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The server connections for one [PoolKey] over all event loops: one [PoolShard] per loop, and
/// what the shards must know of each other. On the road a shard reads two words of this object; it
/// is written when a shard's queue or idle list becomes empty or stops being so, and when
/// connections open, close or move. Thread-safe.
///
/// **Fairness.** A freed connection goes to the longest waiting client of its own loop, unless a
/// client of another loop has waited longer by more than [#OVERTAKE_NANOS]: then it moves there. So
/// a client is overtaken by later ones of another loop for at most about that long, and a loop
/// without connections gets its share within the same time, while a loop that has both work and
/// connections never moves one.
///
/// **No lost wake-up.** A shard that queues a client first publishes that and then looks for idle
/// connections elsewhere; a shard that puts a connection away first publishes that and then looks
/// for waiters elsewhere. Both are volatile accesses, so at least one of them sees the other.
public final class ServerPool {
  static final long OVERTAKE_NANOS = 5_000_000;

  /// How long a pool stays that nobody uses; as nothing but its pause after a failure is lost with
  /// it, this need not be long.
  static final Duration QUIET = Duration.ofMinutes(1);

  private final PoolKey key;
  private volatile PoolSettings settings;

  /// What its settings are by the configuration of now, as whoever entered last has it.
  private volatile UnaryOperator<PoolSettings> terms = UnaryOperator.identity();

  final PoolParts parts;
  private volatile Bounds bounds;
  private final PoolShard[] shards;

  /// Connections open, being opened or moving.
  private final Places open = new Places();

  private final Places connecting = new Places();
  private final ShardBoard board;

  private final ParsedStatements parsed = new ParsedStatements();

  /// Sessions that have entered and not left.
  private final AtomicInteger sessions = new AtomicInteger();

  /// When a session last left or a connection closed.
  private volatile long quietSinceNanos;

  private volatile boolean ended;
  private volatile Member member;
  private volatile Standing standing = Standing.OPEN;
  private volatile boolean paused;
  private volatile @Nullable String lastFailure;
  private volatile long failedAtNanos;

  /// Counts attempts to connect that have failed for the server's sake.
  private final AtomicInteger failures = new AtomicInteger();

  ServerPool(
      PoolKey key, PoolSettings settings, PoolParts parts, Member member, List<Limit> limits) {
    this.key = key;
    this.settings = settings;
    this.parts = parts;
    this.member = member;
    this.bounds = new Bounds(limits);
    List<EventLoop> loops = parts.loops();
    this.board = new ShardBoard(loops.size(), OVERTAKE_NANOS);
    this.shards = new PoolShard[loops.size()];
    this.quietSinceNanos = parts.clock().now();
    for (int i = 0; i < shards.length; i++) {
      shards[i] = new PoolShard(this, i, loops.get(i));
    }
    bounds.join(this);
  }

  /// What its servers have parsed.
  public ParsedStatements parsed() {
    return parsed;
  }

  public PoolKey key() {
    return key;
  }

  public PoolSettings settings() {
    return settings;
  }

  public Member member() {
    return member;
  }

  Bounds bounds() {
    return bounds;
  }

  /// A connection was lost or refused: somebody should look at the member.
  public void suspect() {
    parts.suspicion().accept(key);
  }

  public NanoTime clock() {
    return parts.clock();
  }

  /// The part of this pool that lives on the loop with this index.
  public PoolShard shard(int loop) {
    return shards[loop];
  }

  public List<PoolShard> shards() {
    return List.of(shards);
  }

  /// Connections open, being opened or moving.
  public int open() {
    return open.taken();
  }

  /// Connections idle on all loops, as last published.
  public int idle() {
    return board.idle();
  }

  /// Why the last attempt to connect failed; null after one that worked.
  public @Nullable String lastFailure() {
    return lastFailure;
  }

  public boolean paused() {
    return paused;
  }

  /// Grants nothing until [#resume]; clients queue.
  public void pause() {
    paused = true;
  }

  public void resume() {
    paused = false;
    relieveWaiters();
  }

  /// The member as it was last seen, with nothing new that a connection to it depends on.
  public void memberSeen(Member now) {
    member = now;
  }

  /// The member has changed: what it is, where it is, or that it lives. Connections opened before
  /// are closed when `reason` is given: idle ones now, used ones at their release. One that lives
  /// may be tried again at once, whatever happened before.
  public void memberIs(Member now, @Nullable String reason) {
    member = now;
    if (reason != null) {
      retireAll(reason);
    }
    if (now.alive()) {
      failedAtNanos = parts.clock().now() - settings.loginRetry().toNanos();
      relieveWaiters();
    }
  }

  /// Closes idle connections now and the others at their release.
  public void retireAll(String reason) {
    onEachLoop(shard -> shard.retireAll(reason));
  }

  /// How often a connection could not be opened so far: who asks twice knows whether the member
  /// refused in between.
  public int failures() {
    return failures.get();
  }

  /// Whether work may begin at the member.
  public Standing standing() {
    return standing;
  }

  /// From now on work may begin there, or may not; those who have a server there are told.
  public void standsAs(Standing now) {
    if (standing.equals(now)) {
      return;
    }
    standing = now;
    onEachLoop(PoolShard::onStanding);
  }

  /// Closes every connection at once, whoever has it: the member is not the one to write to any
  /// more. Waiting clients look for another route.
  public void cut(String reason) {
    onEachLoop(shard -> {
      shard.rerouteWaiters();
      shard.closeAll(reason);
    });
  }

  /// Sends every waiting client to look for another route.
  public void rerouteWaiters() {
    onEachLoop(PoolShard::rerouteWaiters);
  }

  private void onEachLoop(Consumer<PoolShard> task) {
    for (PoolShard shard : shards) {
      shard.loop().execute(() -> task.accept(shard));
    }
  }

  void relieveWaiters() {
    if (!board.anyWaits()) {
      return;
    }
    for (PoolShard shard : shards) {
      if (board.waits(shard.index())) {
        shard.loop().execute(shard::relieve);
      }
    }
  }

  /// What the shards know of each other.
  ShardBoard board() {
    return board;
  }

  /// A shard other than `shard` that has idle connections; null when there is none.
  @Nullable PoolShard richest(int shard) {
    int richest = board.richest(shard);
    return richest < 0 ? null : shards[richest];
  }

  // ---- coming and going

  /// One more session refers to this. Called by the registry, which keeps it from ending meanwhile.
  void entered(UnaryOperator<PoolSettings> its) {
    terms = its;
    sessions.incrementAndGet();
  }

  /// What its settings are by the configuration of now.
  PoolSettings termsNow() {
    return terms.apply(settings).ofServers();
  }

  /// Behaves otherwise from now on, with the connections it has. Called by the registry.
  void become(PoolSettings now) {
    Bounds before = bounds;
    settings = now;
    bounds = before.of(now);
    before.leave(this);
    bounds.join(this);
    open.become(now.size() + now.reserveSize());
    relieveWaiters();
  }

  /// Whether one of its connections must be closed, as it may have fewer than it had; the caller
  /// does that.
  boolean mustShrink() {
    return open.mustGiveBack(settings.size() + settings.reserveSize());
  }

  /// A session refers to this no longer.
  public void leave() {
    quietSinceNanos = parts.clock().now();
    sessions.decrementAndGet();
  }

  /// How many connections are to be open, used or not: none where there are no clients for them, or
  /// where these may do nothing.
  int minSize() {
    return sessions.get() == 0 || !standing.isInviting() ? 0 : settings.minSize();
  }

  /// Whether it has had no session, no waiting client and no connection for long enough.
  boolean isQuiet(long nowNanos) {
    long enough = Math.max(QUIET.toNanos(), settings.loginRetry().toNanos());
    return sessions.get() == 0
        && open.taken() == 0
        && !board.anyWaits()
        && nowNanos - quietSinceNanos >= enough;
  }

  /// Ends it if it is quiet: from now on it opens no connection. Called by the registry, which lets
  /// nobody enter meanwhile. A shard that opens a connection first counts it and then looks whether
  /// the pool has ended; this says so first and then looks at the count.
  ///
  /// @return whether it has ended
  boolean tryEnd(long nowNanos) {
    if (!isQuiet(nowNanos)) {
      return false;
    }
    ended = true;
    if (open.taken() > 0) {
      ended = false;
    }
    return ended;
  }

  // ---- opening and closing

  /// Whether a failed attempt forbids another one yet.
  public boolean backingOff() {
    return lastFailure != null
        && parts.clock().now() - failedAtNanos < settings.loginRetry().toNanos();
  }

  /// Whether another attempt to connect may begin, as soon as there is a place for its connection.
  boolean mayConnect() {
    return !paused && !backingOff() && connecting.taken() < settings.connectParallel();
  }

  /// Takes the right to open one more connection, `extra` beyond the pool's size. The caller must
  /// connect, or give it back by [#opened] or [#closed].
  boolean tryOpen(int extra) {
    if (paused || backingOff() || !connecting.take(settings.connectParallel())) {
      return false;
    }
    if (!open.take(settings.size() + extra)) {
      connecting.giveBack();
      return false;
    }
    if (ended) {
      open.giveBack();
      connecting.giveBack();
      return false;
    }
    Limit full = bounds.tryAcquire();
    if (full != null) {
      open.giveBack();
      connecting.giveBack();
      full.evictFor(this);
    }
    return full == null;
  }

  void connect(ServerStartup startup, EventLoop loop, ServerConnector.Outcome outcome) {
    parts.connector().connect(this, startup, loop, outcome);
  }

  void cancel(ServerConnection server, Runnable ended) {
    parts.connector().cancel(server, ended);
  }

  /// An attempt has succeeded: others may have been waiting for that alone.
  void opened() {
    lastFailure = null;
    connecting.giveBack();
    relieveWaiters();
  }

  /// An attempt has failed; [#closed] is called as well.
  void failed(String reason) {
    connecting.giveBack();
    failures.incrementAndGet();
    lastFailure = reason;
    failedAtNanos = parts.clock().now();
  }

  /// The server refused what one client alone wanted, which says nothing about the others;
  /// [#closed] is called as well.
  void refused() {
    connecting.giveBack();
  }

  /// A connection is gone, or was never made.
  void closed() {
    quietSinceNanos = parts.clock().now();
    open.giveBack();
    bounds.release();
    relieveWaiters();
    bounds.wakeOthers(this);
  }

  /// Asks a shard to close its longest idle connection; false when none is idle.
  boolean evictIdle() {
    PoolShard richest = richest(-1);
    if (richest == null) {
      return false;
    }
    richest.loop().execute(richest::evictOldest);
    return true;
  }

  @Override
  public String toString() {
    return key.toString();
  }
}
