package io.trunkline.proxy;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.trunkline.conf.PeerSettings;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.health.ClusterMonitor;
import io.trunkline.health.TopologyHolder;
import io.trunkline.pool.NettyServerConnector;
import io.trunkline.pool.PoolParts;
import io.trunkline.pool.PoolRegistry;
import io.trunkline.pool.ServerAccess;
import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.NanoTime;
import io.trunkline.protocol.auth.LoginTools;
import io.trunkline.protocol.auth.MockAuthentication;
import io.trunkline.protocol.auth.SaltedPasswords;
import io.trunkline.proxy.authquery.LookupDesks;
import io.trunkline.proxy.console.AdminConsole;
import io.trunkline.proxy.console.ConsoleParts;
import io.trunkline.proxy.console.Loops;
import io.trunkline.proxy.console.Moments;
import io.trunkline.proxy.login.Logins;
import io.trunkline.proxy.login.Saltings;
import io.trunkline.proxy.login.ServerCredentials;
import io.trunkline.proxy.peers.Peers;
import io.trunkline.proxy.session.CancelPeers;
import io.trunkline.proxy.session.CancelRegistry;
import io.trunkline.proxy.session.ClientErrors;
import io.trunkline.proxy.session.ClientLimits;
import io.trunkline.proxy.session.LoopContext;
import io.trunkline.proxy.session.Welcomes;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// The only place that makes the long-lived parts and knows how they hang together.
public final class Wiring implements AutoCloseable {
  private static final int SALTED_PASSWORDS_MAX = 10_000;

  private final ProxyConfig config;
  private final Transport transport;
  private final EventLoops loops;
  private final ExecutorService busy;
  private final ScheduledExecutorService control;
  private final Map<String, Cluster> clusters = new LinkedHashMap<>();
  private final PoolRegistry pools;
  private final Certificates certificates = new Certificates();
  private final List<LoopContext> contexts = new ArrayList<>();
  private final SecretSources secrets;
  private final Saltings saltings = new Saltings();
  private final Logins logins;

  /// Nothing listens before this is set.
  private volatile ConsoleParts.Stop stop =
      new ConsoleParts.Stop() {
        @Override
        public void stopListening() {}

        @Override
        public void stopNow() {}
      };

  private Wiring(ProxyConfig config) {
    this.config = config;
    this.transport = Transport.of(config.runtime().transport());
    this.loops = new EventLoops(transport, config.runtime().eventLoops());
    this.busy = Executors.newVirtualThreadPerTaskExecutor();
    this.control =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("control").factory());
    SecureRandom random = new SecureRandom();
    ServerCredentials credentials = credentials(config);
    LoginTools tools = tools(random);
    this.pools = new PoolRegistry(poolParts(credentials, tools));
    config
        .clusters()
        .forEach(
            (name, settings) -> addCluster(Cluster.of(name, settings, Fences.of(config, name))));
    CancelRegistry cancels = new CancelRegistry(random, cancelPeers());
    makeContexts(new LoopContext.Shared(new Welcomes(NanoTime.SYSTEM), cancels, NanoTime.SYSTEM));
    this.secrets =
        SecretSources.of(config, clusters, new LookupDesks.Parts(busy, control, NanoTime.SYSTEM));
    ClientLimits clients = new ClientLimits();
    this.logins =
        new Logins(
            () -> this.config,
            tools,
            secrets.source(),
            credentials,
            saltings,
            this::context,
            cancels,
            clients,
            console(cancels, clients));
    followTopologies();
  }

  static Wiring of(ProxyConfig config) {
    return new Wiring(config);
  }

  private CancelPeers cancelPeers() {
    PeerSettings peers = config.peers();
    return peers == null
        ? CancelPeers.NONE
        : new Peers(peers, busy, CancelRegistry.SECRET_BYTES_3_0, CancelRegistry.SECRET_BYTES_3_2);
  }

  private static LoginTools tools(SecureRandom random) {
    byte[] seed = new byte[32];
    random.nextBytes(seed);
    var mock =
        new MockAuthentication(
            Bytes.of(seed),
            MockAuthentication.DEFAULT_ITERATIONS,
            MockAuthentication.PasswordEncryption.SCRAM_SHA_256);
    return new LoginTools(mock, new SaltedPasswords(SALTED_PASSWORDS_MAX), random);
  }

  private static ServerCredentials credentials(ProxyConfig config) {
    ServerCredentials credentials = new ServerCredentials();
    for (String cluster : config.clusters().keySet()) {
      config
          .users()
          .forEach((user, settings) -> {
            if (settings.password() != null && !settings.password().isVerifier()) {
              credentials.settle(cluster, user, settings.password());
            }
          });
      config
          .databases()
          .values()
          .forEach(database -> {
            if (database.user() != null && database.password() != null) {
              credentials.settle(cluster, database.user(), database.password());
            }
          });
    }
    return credentials;
  }

  private PoolParts poolParts(ServerCredentials credentials, LoginTools tools) {
    var connector =
        new NettyServerConnector(
            new NettyServerConnector.Parts(
                transport.socket(),
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
    Map<String, ClusterMonitor> monitors = new LinkedHashMap<>();
    clusters.forEach((name, cluster) -> monitors.put(name, cluster.monitor()));
    var console =
        new AdminConsole(
            new ConsoleParts(
                () -> config,
                new Loops(contexts),
                pools,
                monitors,
                clients,
                cancels,
                new Moments(clock(), InstantSource.system(), ZoneId.systemDefault()),
                control,
                () -> CompletableFuture.supplyAsync(certificates::reload, busy),
                new ConsoleStop(),
                Version.text()));
    console.start();
    return console;
  }

  /// Does what the server in front of this has said how to do.
  private final class ConsoleStop implements ConsoleParts.Stop {
    @Override
    public void stopListening() {
      stop.stopListening();
    }

    @Override
    public void stopNow() {
      stop.stopNow();
    }
  }

  /// Says how to end the proxy, for those who are asked to.
  void stopBy(ConsoleParts.Stop how) {
    stop = how;
  }

  private void addCluster(Cluster cluster) {
    clusters.put(cluster.name(), cluster);
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
      var routes = new LoopRoutes(clusters, pools, i, new SplittableRandom());
      contexts.add(new LoopContext(i, loops.loops().get(i), pools, routes, shared));
    }
  }

  private void followTopologies() {
    for (Cluster cluster : clusters.values()) {
      var topologies = cluster.monitor().topologies();
      var policy = new TopologyPolicy(pools, topologies.current());
      topologies.subscribe(Runnable::run, policy::onTopology);
      for (LoopContext context : contexts) {
        topologies.subscribe(context.loop(), topology -> context.onTopology());
      }
    }
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
    loops.close();
    secrets.close();
    saltings.close();
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
