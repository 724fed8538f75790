package io.trunkline.pool;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.trunkline.protocol.EventLoopConfined;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Hot path. The part of a [ServerPool] that lives on one event loop: its idle connections, its
/// waiting clients, and the lease and release between them.
///
/// A lease is: an idle connection, else a place in the queue; then connections are opened as far as
/// the pool's bounds allow, or fetched from a loop that has idle ones. A release is: the longest
/// waiting client here, else one on another loop, else the idle list.
@SuppressWarnings("ReferenceEquality") // the road compares by identity
@EventLoopConfined
public final class PoolShard {
  private final ServerPool pool;
  private final int index;
  private final EventLoop loop;
  private final IdleConnections idle;
  private final Set<ServerConnection> connections = new HashSet<>();
  private final WaitQueue waiters = new WaitQueue();
  private final OwnConnections own = new OwnConnections(this);
  private final Handover handover = new Handover(this);
  private final IdleChecks checks;
  private final Cleanings cleanings = new Cleanings(this);
  private final SharedConnections shared = new SharedConnections(this);
  private final Pruning pruning;

  PoolShard(ServerPool pool, int index, EventLoop loop) {
    this.pool = pool;
    this.index = index;
    this.loop = loop;
    this.idle = new IdleConnections(pool, index);
    this.checks = new IdleChecks(this);
    this.pruning = new Pruning(pool);
  }

  public ServerPool pool() {
    return pool;
  }

  public EventLoop loop() {
    return loop;
  }

  int index() {
    return index;
  }

  Openings openings() {
    return pool.parts.openings().get(index);
  }

  public int waiting() {
    return waiters.size();
  }

  /// Server connections in use plus clients waiting, for balancing.
  public int load() {
    return connections.size() - idle.size() + waiters.size() + own.opening();
  }

  public int connecting() {
    return shared.opening() + own.opening();
  }

  public void forEachConnection(Consumer<ServerConnection> consumer) {
    connections.forEach(consumer);
  }

  // ---- lease

  /// Asks for a connection. It may be granted before this returns.
  public void lease(LeaseRequest request) {
    assert loop.inEventLoop() : "off its event loop";
    if (waiters.size() == 0 && !pool.paused() && request.ownStartup() == null) {
      ServerConnection server = idle.take(request.wantedSettings());
      if (server != null) {
        if (!checks.isDue(server)) {
          grant(server, request);
          return;
        }
        checks.begin(server);
      }
    }
    request.sinceNanos = pool.clock().now();
    request.wantedSinceNanos = request.wantedSinceNanos(request.sinceNanos);
    enqueue(request);
    relieve();
  }

  /// Queues a request, which keeps the time it has been waiting since.
  void enqueue(LeaseRequest request) {
    request.waitsAt = this;
    waiters.add(request);
    publishWaiters();
  }

  void withdraw(LeaseRequest request) {
    assert loop.inEventLoop() : "off its event loop";
    waiters.remove(request);
    request.waitsAt = null;
    publishWaiters();
  }

  void grant(ServerConnection server, LeaseRequest request) {
    server.leaseTo(request.lessee());
    request.onLeased(server);
  }

  private void grantToFirst(ServerConnection server, LeaseRequest first) {
    withdraw(first);
    grant(server, first);
  }

  /// Does what can be done for the clients that wait here: grants idle connections, opens new ones,
  /// fetches one from another loop.
  void relieve() {
    while (waiters.first() instanceof LeaseRequest first && !pool.paused() && serve(first)) {
      // and the next one
    }
    while (waiters.size() > onTheWay()
        && !wantsItsOwn(waiters.first())
        && pool.tryOpen(reserve())) {
      shared.open();
    }
    fetchIdle();
  }

  /// Whether something was done for the first, so that there may be more to do.
  private boolean serve(LeaseRequest first) {
    if (first.ownStartup() instanceof ServerStartup startup) {
      return openFor(first, startup);
    }
    if (checks.underWay() >= waiters.size()) {
      return false;
    }
    ServerConnection server = idle.take(first.wantedSettings());
    if (server == null) {
      return false;
    }
    if (checks.isDue(server)) {
      checks.begin(server);
    } else {
      grantToFirst(server, first);
    }
    return true;
  }

  /// Connections that waiting clients can hope for.
  private int onTheWay() {
    return shared.opening() + checks.underWay();
  }

  private static boolean wantsItsOwn(@Nullable LeaseRequest request) {
    return request != null && request.ownStartup() != null;
  }

  /// Opens a connection for one client alone, in the place of an idle one where there is no other.
  private boolean openFor(LeaseRequest first, ServerStartup startup) {
    boolean mayOpen = pool.tryOpen(reserve());
    if (!mayOpen && pool.mayConnect() && idle.takeOldest() instanceof ServerConnection spare) {
      spare.close("made room for a client that needs its own connection");
      mayOpen = pool.tryOpen(reserve());
    }
    if (mayOpen) {
      withdraw(first);
      own.open(first, startup);
    }
    return mayOpen;
  }

  private int reserve() {
    LeaseRequest first = waiters.first();
    long delay = pool.settings().reserveDelay().toNanos();
    boolean due = first != null && pool.clock().now() - first.sinceNanos >= delay;
    return due ? pool.settings().reserveSize() : 0;
  }

  private void fetchIdle() {
    boolean wanted = waiters.size() > onTheWay() && !pool.paused();
    // one that is fetched for somebody who wants its own would be closed for nothing
    if (wanted && (!wantsItsOwn(waiters.first()) || pool.mayConnect())) {
      handover.ask();
    }
  }

  // ---- release

  void released(ServerConnection server, long nowNanos) {
    if (pool.settings().resetAlways() || server.isConnectQueryUndone()) {
      releasedDirty(server, nowNanos);
    } else if (server.cancelsInFlight() > 0) {
      server.become(ServerState.CLEANING); // until that has ended
    } else {
      free(server, nowNanos);
    }
  }

  void releasedDirty(ServerConnection server, long nowNanos) {
    if (!pool.settings().resetQuery().isEmpty()) {
      cleanings.begin(server, nowNanos);
    } else if (server.hasConnectQuery()) {
      server.close("without a reset_query its connect_query cannot be made good");
    } else {
      free(server, nowNanos);
    }
  }

  /// It is new, or its own query has ended well and no cancel is on its way any more.
  void cleaned(ServerConnection server) {
    free(server, pool.clock().now());
  }

  private void free(ServerConnection server, long nowNanos) {
    if (pruning.reason(server, nowNanos) instanceof String reason) {
      server.close(reason);
      return;
    }
    LeaseRequest first = pool.paused() ? null : waiters.first();
    int neediest = pool.paused() ? index : pool.board().neediest(index, first);
    if (neediest != index) {
      server.idleSince(nowNanos);
      handover.send(server, pool.shard(neediest));
    } else if (wantsItsOwn(first)) {
      server.close("made room for a client that needs its own connection");
      relieve();
    } else if (first != null) {
      grantToFirst(server, first);
    } else {
      putAway(server, nowNanos);
    }
  }

  private void putAway(ServerConnection server, long nowNanos) {
    server.idleSince(nowNanos);
    idle.add(server);
    int neediest = pool.board().neediest(index, null);
    if (neediest != index && !pool.paused()) {
      handover.give(pool.shard(neediest)); // it queued while this one was being put away
    }
  }

  void closed(ServerConnection server) {
    if (connections.remove(server)) {
      idle.remove(server);
      checks.closed(server);
      cleanings.closed(server);
      pool.closed();
    }
  }

  // ---- between loops

  Handover handover() {
    return handover;
  }

  /// The connection idle for longest, which is idle no more; null when none is.
  @Nullable ServerConnection takeOldestIdle() {
    return idle.takeOldest();
  }

  void leaves(ServerConnection server) {
    connections.remove(server);
  }

  void joins(ServerConnection server) {
    server.movedTo(this);
    connections.add(server);
  }

  /// A connection that was idle, or was freed, on another loop can be used on this one.
  void arrived(ServerConnection server) {
    if (checks.isDue(server)) {
      checks.begin(server);
    } else {
      free(server, pool.clock().now());
    }
  }

  // ---- opening

  /// Makes a connection that has just been opened one of this shard's.
  ServerConnection take(Channel channel, ServerIdentity identity) {
    var server = new ServerConnection(this, channel, identity);
    connections.add(server);
    channel.pipeline().addLast("server", new ServerHandler(server));
    ServerLog.opened(server, channel);
    return server;
  }

  void failWaiters(LeaseFailure failure) {
    for (LeaseRequest request : drainWaiters()) {
      request.onLeaseFailed(failure);
    }
  }

  void rerouteWaiters() {
    own.reroute();
    for (LeaseRequest request : drainWaiters()) {
      request.onReroute();
    }
  }

  /// Sends those to look for another route whom another member may serve as well.
  public void rerouteWanderers() {
    for (LeaseRequest request : waiters.all()) {
      if (request.mayGoElsewhere()) {
        withdraw(request);
        request.onReroute();
      }
    }
  }

  private List<LeaseRequest> drainWaiters() {
    List<LeaseRequest> all = waiters.all();
    all.forEach(this::withdraw);
    return all;
  }

  private void publishWaiters() {
    pool.board().publishWaiting(index, waiters.first());
  }

  // ---- housekeeping

  /// Closes idle connections now and the others at their release.
  public void retireAll(String reason) {
    connections.forEach(server -> server.retire(reason));
    closeIdle(server -> reason);
  }

  /// Work may begin at the member, or may not any more.
  void onStanding() {
    Standing standing = pool.standing();
    if (standing.drains()) {
      rerouteWaiters();
      closeIdle(server -> standing.reason());
    }
    for (ServerConnection server : List.copyOf(connections)) {
      if (server.lessee() instanceof Lessee lessee) {
        lessee.onStanding();
      }
    }
  }

  /// Closes every connection, whoever has it.
  public void closeAll(String reason) {
    List.copyOf(connections).forEach(server -> server.close(reason));
  }

  void evictOldest() {
    if (idle.takeOldest() instanceof ServerConnection oldest) {
      oldest.close("made room for another pool");
    }
  }

  /// Closes what has been idle or has lived for too long, and keeps `minSize` open.
  void keepHouse(long nowNanos) {
    checks.keepHouse(nowNanos);
    cleanings.keepHouse(nowNanos);
    closeIdle(server -> pruning.reasonWhileIdle(server, nowNanos));
    relieve();
    if (pool.open() < pool.minSize() && pool.tryOpen(0)) {
      shared.open();
    }
  }

  /// Closes the idle connections for which there is a reason.
  void closeIdle(Function<ServerConnection, @Nullable String> reason) {
    for (ServerConnection server : idle.all()) {
      if (reason.apply(server) instanceof String why) {
        server.close(why);
      }
    }
  }
}
