package io.trunkline.proxy.session;

import io.netty.channel.EventLoop;
import io.trunkline.pool.PoolRegistry;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.NanoTime;
import io.trunkline.protocol.sql.SqlScanner;
import io.trunkline.proxy.failover.FlightRecorder;
import io.trunkline.proxy.failover.WriteClock;
import io.trunkline.proxy.failover.Writes;
import io.trunkline.routing.ListenerRole;
import io.trunkline.routing.Route;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// What the sessions of one event loop share: its tools, its routes and each other.
@EventLoopConfined
public final class LoopContext {

  /// Where some clients may go now; compared by identity.
  public interface Path {

    /// For work of the client: it takes its turn among the members.
    Route route();

    /// For the greeting alone, which needs no server: no turn is used up. Were one, and two members
    /// taken in turn, clients with one query each would all end on the same.
    Route glance();

    /// For work that a member has just refused; without that member, unless there is no other.
    Route routeAvoiding(String member);
  }

  /// Finds the path of a client, once for its whole session: the same one for all who are promised
  /// the same.
  @FunctionalInterface
  public interface Routes {
    Path path(ClientProfile profile);

    /// A topology was published.
    default void onTopology() {
      // a path that leads elsewhere now is found by who asks next
    }
  }

  private final int index;
  private final EventLoop loop;
  private final PoolRegistry pools;
  private final Routes routes;
  private final Welcomes welcomes;
  private final CancelRegistry cancels;
  private final NanoTime clock;
  private final SqlScanner sqlScanner = new SqlScanner();
  private final Set<ClientSession> sessions = new HashSet<>();
  private final Holding holding;
  private final FlightRecorder recorder;
  private final Map<Traffic.Key, Traffic> traffic = new HashMap<>();
  private final LoopTimes times = new LoopTimes();
  private final ErrorCounts errors;
  private final Map<String, WriteClock> writes = new HashMap<>();

  /// For clients that do not write.
  private final WriteClock reads = new WriteClock();

  public LoopContext(int index, EventLoop loop, PoolRegistry pools, Routes routes, Shared shared) {
    this.index = index;
    this.loop = loop;
    this.pools = pools;
    this.routes = routes;
    this.welcomes = shared.welcomes();
    this.cancels = shared.cancels();
    this.clock = shared.clock();
    this.errors = new ErrorCounts(clock);
    this.recorder = shared.recorder();
    this.holding = new Holding(shared.held());
  }

  /// What all loops share.
  public record Shared(
      Welcomes welcomes,
      CancelRegistry cancels,
      HeldClients held,
      FlightRecorder recorder,
      NanoTime clock) {}

  public int index() {
    return index;
  }

  public EventLoop loop() {
    return loop;
  }

  PoolRegistry pools() {
    return pools;
  }

  Path path(ClientProfile profile) {
    return routes.path(profile);
  }

  Welcomes welcomes() {
    return welcomes;
  }

  CancelRegistry cancels() {
    return cancels;
  }

  public NanoTime clock() {
    return clock;
  }

  SqlScanner sqlScanner() {
    return sqlScanner;
  }

  /// Who waits for a member to go to.
  Holding holding() {
    return holding;
  }

  void add(ClientSession session) {
    sessions.add(session);
    cancels.add(session.profile().cancelKey(), loop, session::onCancelRequest);
  }

  void remove(ClientSession session) {
    sessions.remove(session);
    cancels.remove(session.profile().cancelKey());
  }

  public int sessionCount() {
    return sessions.size();
  }

  /// Visits every session of this loop; the visitor may close the one it is shown.
  public void forEachSession(Consumer<ClientSession> visitor) {
    List.copyOf(sessions).forEach(visitor);
  }

  /// Where the doings of a client are counted that has been welcomed: only then is it known that
  /// its database is one.
  Traffic trafficOf(ClientProfile profile) {
    var key = new Traffic.Key(profile.database(), profile.serverUser());
    return traffic.computeIfAbsent(key, _ -> new Traffic());
  }

  /// What this loop's clients have done so far.
  public Map<Traffic.Key, Traffic.Counts> traffic() {
    return traffic.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().copy()));
  }

  /// Where the time of this loop's clients went.
  public LoopTimes times() {
    return times;
  }

  /// The errors this loop's clients were told.
  public ErrorCounts errors() {
    return errors;
  }

  FlightRecorder recorder() {
    return recorder;
  }

  /// What notes the end of each transaction of a client.
  WriteClock writeClock(ClientProfile profile) {
    return profile.role() == ListenerRole.PRIMARY
        ? writes.computeIfAbsent(profile.cluster(), _ -> new WriteClock())
        : reads;
  }

  /// Writes to a cluster are let go after this failover.
  public void markWrites(String cluster, long flight) {
    WriteClock clock = writes.get(cluster);
    if (clock != null) {
      clock.mark(flight);
    }
  }

  /// What was written on this loop around each of the last failovers, by their ids.
  public Map<Long, Writes> writeMarks() {
    Map<Long, Writes> all = new HashMap<>();
    writes.values().forEach(clock -> all.putAll(clock.marks()));
    return all;
  }

  /// A topology was published: clients that waited for what it offers look again.
  public void onTopology() {
    holding.onTopology();
    routes.onTopology();
  }

  /// Lets this loop's clients have what another configuration says of them.
  ///
  /// @param done runs on this loop when all have it
  public void renew(Runnable done) {
    new Renewal(this, List.copyOf(sessions), done).goOn();
  }

  /// Looks after every timeout of this loop's clients.
  public void keepHouse(long nowNanos) {
    forEachSession(session -> session.timeouts().check(nowNanos));
  }
}
