package io.trunkline.proxy;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.health.ClusterMonitor;
import io.trunkline.health.Switchover;
import io.trunkline.health.TopologyHolder;
import io.trunkline.pool.NettyServerConnector;
import io.trunkline.pool.PoolParts;
import io.trunkline.pool.PoolRegistry;
import io.trunkline.pool.ServerAccess;
import io.trunkline.protocol.NanoTime;
import io.trunkline.protocol.auth.LoginTools;
import io.trunkline.proxy.access.AccessGate;
import io.trunkline.proxy.authquery.LookupDesks;
import io.trunkline.proxy.console.AdminConsole;
import io.trunkline.proxy.console.ConsoleParts;
import io.trunkline.proxy.console.Loops;
import io.trunkline.proxy.console.Moments;
import io.trunkline.proxy.failover.FlightRecorder;
import io.trunkline.proxy.login.Logins;
import io.trunkline.proxy.login.Saltings;
import io.trunkline.proxy.login.ServerCredentials;
import io.trunkline.proxy.metrics.Metrics;
import io.trunkline.proxy.peers.FleetSource;
import io.trunkline.proxy.peers.Peers;
import io.trunkline.proxy.session.CancelPeers;
import io.trunkline.proxy.session.CancelRegistry;
import io.trunkline.proxy.session.ClientErrors;
import io.trunkline.proxy.session.ClientLimits;
import io.trunkline.proxy.session.HeldClients;
import io.trunkline.proxy.session.LoopContext;
import io.trunkline.proxy.session.Welcomes;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The only place that makes the long-lived parts and knows how they hang together.
public final class Wiring implements AutoCloseable {
  private volatile ProxyConfig config;
  private final Transport transport;
  private volatile TcpOptions tcp;
  private final EventLoops loops;
  private final ExecutorService busy;
  private final ScheduledExecutorService control;
  private volatile Map<String, Cluster> clusters = Map.of();
  private final Map<String, ClusterMonitor> monitors = new ConcurrentSkipListMap<>();
  private final ServerCredentials credentials = new ServerCredentials();
  private final FleetSource fleet;
  private final FlightRecorder recorder;
  private final PoolRegistry pools;
  private final Certificates certificates = new Certificates();
  private final List<LoopContext> contexts = new ArrayList<>();
  private final CurrentSecrets secrets;
  private final Saltings saltings = new Saltings();
  private final AccessGate gate;
  private final AdminConsole console;
  private final Logins logins;
  private final Metrics metrics;

  /// Nothing listens before this is set.
  private volatile @Nullable Reload reload;

  /// Nor before this.
  private volatile ConsoleParts.@Nullable Host host;

  private Wiring(ProxyConfig config) {
    this.config = config;
    this.transport = Transport.of(config.runtime().transport());
    this.tcp = TcpOptions.of(config.runtime().tcp(), transport);
    this.loops = new EventLoops(transport, config.runtime().eventLoops());
    this.busy = Executors.newVirtualThreadPerTaskExecutor();
    this.control =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("control").factory());
    SecureRandom random = new SecureRandom();
    credentials.settle(ServerPasswords.of(config));
    LoginTools tools = LoginTools.of(random);
    this.pools = new PoolRegistry(poolParts(credentials, tools));
    config
        .clusters()
        .forEach(
            (name, settings) -> addCluster(Cluster.of(name, settings, Fences.of(config, name))));
    this.fleet = FleetSource.of(config.peers(), NanoTime.SYSTEM, random);
    CancelRegistry cancels = new CancelRegistry(random, cancelPeers());
    HeldClients held = new HeldClients(() -> this.config.limits().maxHeldClients());
    this.recorder = new FlightRecorder(InstantSource.system(), NanoTime.SYSTEM, this::markWrites);
    makeContexts(
        new LoopContext.Shared(
            new Welcomes(NanoTime.SYSTEM), cancels, held, recorder, NanoTime.SYSTEM));
    this.secrets = new CurrentSecrets(newSecrets(config));
    this.gate = AccessGate.of(secrets, () -> this.config.auth(), NanoTime.SYSTEM);
    ClientLimits clients = new ClientLimits();
    this.console = console(cancels, clients);
    this.logins =
        new Logins(
            () -> this.config,
            tools,
            gate,
            secrets,
            secrets,
            credentials,
            saltings,
            this::context,
            loop -> context(loop).errors(),
            cancels,
            clients,
            console,
            NanoTime.SYSTEM);
    this.metrics = metrics(clients);
    clusters.values().forEach(this::follow);
  }

  private SecretSources newSecrets(ProxyConfig config) {
    return SecretSources.of(
        config, clusters, new LookupDesks.Parts(busy, control, NanoTime.SYSTEM));
  }

  private Metrics metrics(ClientLimits clients) {
    return new Metrics(
        new Metrics.Parts(
            () -> config, new Loops(contexts), pools, monitors, clients, clock(), Version.text()));
  }

  static Wiring of(ProxyConfig config) {
    return new Wiring(config);
  }

  private CancelPeers cancelPeers() {
    return config.peers() == null
        ? CancelPeers.NONE
        : new Peers(
            fleet::fleet, busy, CancelRegistry.SECRET_BYTES_3_0, CancelRegistry.SECRET_BYTES_3_2);
  }

  private PoolParts poolParts(ServerCredentials credentials, LoginTools tools) {
    var connector =
        new NettyServerConnector(
            new NettyServerConnector.Parts(
                transport.socket(),
                transport.unix(),
                () -> tcp.connections(),
                busy,
                name -> {
                  Cluster cluster = cluster(name);
                  return new ServerAccess(cluster.tls(), cluster.version(), credentials);
                },
                tools));
    return new PoolParts(
        loops.loops(),
        connector,
        NanoTime.SYSTEM,
        transport.movable(),
        name -> cluster(name).settings().maxMemberConnections(),
        key -> cluster(key.cluster()).monitor().probeSoon(key.member()));
  }

  private AdminConsole console(CancelRegistry cancels, ClientLimits clients) {
    Map<String, Switchover> switchovers = new LinkedHashMap<>();
    clusters.forEach((name, cluster) -> switchovers.put(name, cluster.switchover()));
    var console =
        new AdminConsole(
            new ConsoleParts(
                () -> config,
                new Loops(contexts),
                pools,
                monitors,
                switchovers,
                recorder,
                clients,
                cancels,
                fleet::fleet,
                new Moments(clock(), InstantSource.system(), ZoneId.systemDefault()),
                control,
                new ReloadOnRequest(() -> Objects.requireNonNull(reload), busy),
                () -> Objects.requireNonNull(host),
                Version.text()));
    console.start();
    return console;
  }

  /// Says how to read the configuration anew.
  void reloadBy(Reload how) {
    reload = how;
  }

  /// Says what serves clients from this.
  void hostIs(ConsoleParts.Host what) {
    host = what;
  }

  private void addCluster(Cluster cluster) {
    Map<String, Cluster> more = new LinkedHashMap<>(clusters);
    more.put(cluster.name(), cluster);
    clusters = Collections.unmodifiableMap(more);
    monitors.put(cluster.name(), cluster.monitor());
    certificates.add("clusters.%s.tls".formatted(cluster.name()), cluster.tls()::renewal);
  }

  private Cluster cluster(String name) {
    Cluster cluster = clusters.get(name);
    if (cluster == null) {
      throw new IllegalStateException("no cluster " + name);
    }
    return cluster;
  }

  private void makeContexts(LoopContext.Shared shared) {
    for (int i = 0; i < loops.loops().size(); i++) {
      var routes = new LoopRoutes(this::cluster, pools, i, new SplittableRandom());
      contexts.add(new LoopContext(i, loops.loops().get(i), pools, routes, shared));
    }
  }

  private void markWrites(String cluster, long flight) {
    for (LoopContext context : contexts) {
      context.loop().execute(() -> context.markWrites(cluster, flight));
    }
  }

  private void follow(Cluster cluster) {
    var topologies = cluster.monitor().topologies();
    var policy = new TopologyPolicy(pools, topologies.current());
    topologies.subscribe(Runnable::run, recorder::onTopology); // before anything is done about it
    topologies.subscribe(Runnable::run, policy::onTopology);
    for (LoopContext context : contexts) {
      topologies.subscribe(context.loop(), topology -> context.onTopology());
    }
    metrics.follow(cluster.name(), cluster.monitor());
  }

  /// Uses another configuration from now on: clients that come find it, those who are here have
  /// what it says of their pools and times. Clusters that are new are watched, and those that are
  /// gone go on being so: somebody may be there. Blocking, and called by one thread at a time.
  void become(ProxyConfig next) {
    next.clusters()
        .forEach((name, settings) -> {
          if (!clusters.containsKey(name)) {
            Cluster cluster = Cluster.of(name, settings, Fences.of(next, name));
            addCluster(cluster);
            follow(cluster);
            cluster.monitor().start();
          }
        });
    credentials.settle(ServerPasswords.of(next));
    SecretSources before = secrets.replace(newSecrets(next));
    if (next.log().file() != null || !next.log().equals(config.log())) {
      Logging.apply(next.log());
    }
    tcp = TcpOptions.of(next.runtime().tcp(), transport);
    config = next;
    Renewals.await(pools, contexts);
    control.schedule(before::close, 2, TimeUnit.MINUTES); // a login may be asking there
  }

  private LoopContext context(EventLoop loop) {
    for (LoopContext context : contexts) {
      if (context.loop().equals(loop)) {
        return context;
      }
    }
    throw new IllegalStateException("not a loop of ours: " + loop);
  }

  public ProxyConfig config() {
    return config;
  }

  Transport transport() {
    return transport;
  }

  TcpOptions tcp() {
    return tcp;
  }

  EventLoops loops() {
    return loops;
  }

  Map<String, Cluster> clusters() {
    return clusters;
  }

  /// Where a cluster's present topology is.
  ///
  /// @throws IllegalStateException when there is no such cluster
  public TopologyHolder topologies(String cluster) {
    return cluster(cluster).monitor().topologies();
  }

  public PoolRegistry pools() {
    return pools;
  }

  public List<LoopContext> contexts() {
    return List.copyOf(contexts);
  }

  Certificates certificates() {
    return certificates;
  }

  AdminConsole console() {
    return console;
  }

  Metrics metrics() {
    return metrics;
  }

  FleetSource fleet() {
    return fleet;
  }

  Logins logins() {
    return logins;
  }

  NanoTime clock() {
    return NanoTime.SYSTEM;
  }

  @Override
  public void close() {
    clusters.values().forEach(Cluster::close);
    sayGoodbye();
    fleet.close(); // may wait for etcd, which clients need not
    loops.close();
    secrets.close();
    metrics.close();
    saltings.close();
    gate.close();
    busy.close();
    control.shutdownNow();
  }

  /// Tells every client why it ends, and lets go of every server.
  private void sayGoodbye() {
    List<Future<?>> said = new ArrayList<>();
    for (LoopContext context : contexts) {
      said.add(
          context
              .loop()
              .submit(() -> {
                context.forEachSession(session -> session.fail(ClientErrors.shuttingDown()));
                pools
                    .pools()
                    .forEach(pool -> pool.shard(context.index()).closeAll("shutting down"));
              }));
    }
    said.forEach(done -> done.awaitUninterruptibly(1, TimeUnit.SECONDS));
  }
}
