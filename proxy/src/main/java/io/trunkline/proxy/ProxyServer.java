package io.trunkline.proxy;

import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.trunkline.conf.ConfigResult;
import io.trunkline.conf.ListenerSettings;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.health.TopologyHolder;
import io.trunkline.proxy.console.ConsoleParts;
import io.trunkline.proxy.http.HttpPort;
import io.trunkline.proxy.http.Page;
import io.trunkline.proxy.http.Readiness;
import io.trunkline.proxy.session.LoopContext;
import io.trunkline.routing.Eligibility;
import io.trunkline.routing.RoutingSettings;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The running proxy: binds the listeners, starts the watch over the clusters, and stops both.
public final class ProxyServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ProxyServer.class);
  private static final long HOUSEKEEPING_MILLIS = 200;

  /// A bound listener.
  ///
  /// @param settings what the file says of it
  /// @param where it is, with the port the system gave if the file left that to it
  public record Bound(ListenerSettings settings, SocketAddress where) {

    /// Where it is, of a TCP listener.
    public InetSocketAddress address() {
      return (InetSocketAddress) where;
    }
  }

  private final Wiring wiring;
  private final Listeners listeners;
  private final Lock closing = new ReentrantLock();
  private final AtomicBoolean draining = new AtomicBoolean();
  private final AtomicBoolean leaving = new AtomicBoolean();
  private final CountDownLatch patienceLost = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile @Nullable HttpPort http;
  private volatile @Nullable Reload reloading;

  private ProxyServer(Wiring wiring, Predecessor predecessor) {
    this.wiring = wiring;
    this.listeners =
        new Listeners(
            wiring.transport(),
            wiring::tcp,
            wiring.loops().group(),
            passed(wiring.transport()),
            predecessor);
  }

  private static List<ServerChannel> passed(Transport transport) {
    PassedSockets passed = PassedSockets.of(System.getenv(), ProcessHandle.current().pid());
    if (!passed.isEmpty() && !transport.name().equals("epoll")) {
      throw new IllegalStateException("sockets of the service manager need the transport epoll");
    }
    return passed.channels();
  }

  /// Starts a proxy; on return it accepts clients.
  ///
  /// @throws IllegalStateException when a listener cannot be bound; nothing is left running then
  public static ProxyServer start(ProxyConfig config) {
    ConfigSource.Reading fixed = ConfigSource.Reading.fixed(new ConfigResult.Ok(config));
    return start(config, fixed, () -> fixed, Predecessor.none());
  }

  /// The same, with a configuration that may be read anew.
  public static ProxyServer start(ProxyConfig config, Supplier<ConfigResult> source) {
    ConfigSource.Reading first = ConfigSource.Reading.fixed(new ConfigResult.Ok(config));
    Supplier<ConfigSource.Reading> next = () -> ConfigSource.Reading.fixed(source.get());
    return start(config, first, next, Predecessor.none());
  }

  /// The same, with one of which single values may be changed too.
  ///
  /// @param predecessor who may listen there too
  static ProxyServer start(
      ProxyConfig config,
      ConfigSource.Reading first,
      Supplier<ConfigSource.Reading> source,
      Predecessor predecessor) {
    ProxyServer server = new ProxyServer(Wiring.of(config), predecessor);
    try {
      server.begin(config, first, source);
      return server;
    } catch (RuntimeException failure) {
      server.close();
      throw failure;
    }
  }

  private void begin(
      ProxyConfig config, ConfigSource.Reading first, Supplier<ConfigSource.Reading> source) {
    wiring.clusters().values().forEach(cluster -> cluster.monitor().start());
    for (LoopContext context : wiring.contexts()) {
      keepHouse(context);
    }
    wiring.fleet().start();
    Doors doors = new Doors(listeners, wiring.logins(), wiring.certificates());
    doors.are(config.listeners());
    Reload reload = new Reload(first, source, wiring, doors);
    reloading = reload;
    wiring.reloadBy(reload);
    wiring.hostIs(new Host());
    if (config.http() != null) {
      http = HttpPort.open(config.http(), pages());
    }
    listeners.succeed();
  }

  private List<Page> pages() {
    List<Page> pages = new ArrayList<>(readiness().pages());
    pages.add(wiring.metrics().page());
    return pages;
  }

  private Readiness readiness() {
    Map<String, TopologyHolder> topologies = new LinkedHashMap<>();
    Map<String, Supplier<Eligibility>> rules = new LinkedHashMap<>();
    wiring
        .clusters()
        .forEach((name, cluster) -> {
          RoutingSettings routing = cluster.settings().routing();
          topologies.put(name, cluster.monitor().topologies());
          rules.put(
              name,
              () -> new Eligibility(routing.maxLagBytes().bytes(), routing.maxLag(), Map.of()));
        });
    return new Readiness(this::obstacle, topologies, rules);
  }

  /// Why this process as such does not serve, or nothing.
  private String obstacle() {
    return leaving.get()
        ? "shutting down"
        : listeners.awaited().map(address -> address + " is not here yet").orElse("");
  }

  /// What the console may ask of this. It ends on a thread of its own: whoever asks is served by
  /// what is to be ended.
  private final class Host implements ConsoleParts.Host {
    @Override
    public List<ConsoleParts.Listening> listening() {
      return listeners.listening();
    }

    @Override
    public void stopListening() {
      leaving.set(true);
      listeners.close();
    }

    @Override
    public void stopNow() {
      Thread.ofPlatform().name("shutdown").start(ProxyServer.this::close);
    }
  }

  private void keepHouse(LoopContext context) {
    EventLoop loop = context.loop();
    loop.scheduleWithFixedDelay(
        () -> {
          long now = wiring.clock().now();
          wiring.pools().keepHouse(context.index(), now);
          context.keepHouse(now);
        },
        HOUSEKEEPING_MILLIS,
        HOUSEKEEPING_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  /// Every listener, in the order of the file; one whose address is not here yet comes last.
  public List<Bound> bound() {
    return listeners.bound();
  }

  /// Where the HTTP port is, if there is one.
  public Optional<InetSocketAddress> httpAddress() {
    HttpPort port = http;
    return port == null ? Optional.empty() : Optional.of(port.address());
  }

  /// What it is made of, for those who show it.
  public Wiring wiring() {
    return wiring;
  }

  /// Waits until it has been closed.
  public void awaitStop() throws InterruptedException {
    stopped.await();
  }

  /// Reads the configuration, certificates, keys and authorities again, and logs what is wrong with
  /// them. Blocking.
  public void reload() {
    Reload reload = reloading;
    if (reload != null) {
      reload.run();
    }
  }

  /// Stops gently: nobody is let in any more, and clients leave between two transactions, for at
  /// most `runtime.drain_timeout`; then [#close]. Whoever calls it a second time wants no waiting.
  public void drain() {
    if (draining.getAndSet(true)) {
      patienceLost.countDown();
    } else {
      Duration atMost = wiring.config().runtime().drainTimeout();
      log.info("stopping: transactions may end within {} s", atMost.toSeconds());
      leaving.set(true);
      listeners.closeNow();
      awaitDeparture(atMost);
    }
    close();
  }

  /// Stops as `runtime.wait_for_clients` has it: at once for a second call, or else as [#drain].
  public void terminate() {
    if (!wiring.config().runtime().waitForClients()) {
      drain();
    } else if (draining.getAndSet(true)) {
      close();
    } else {
      log.info("stopping when the last client has left");
      wiring.console().stopWithClients();
    }
  }

  /// Gives no server to a client any more, until [#resume].
  public void pause() {
    wiring.console().pause();
  }

  public void resume() {
    wiring.console().resume();
  }

  private void awaitDeparture(Duration atMost) {
    try {
      int left = new Drain(wiring.contexts(), wiring.clock()).await(atMost, patienceLost);
      if (left > 0) {
        log.warn("stopping now, with clients still at work: {}", left);
      }
    } catch (InterruptedException expected) { // then it is to be done at once
      Thread.currentThread().interrupt();
    }
  }

  /// Stops at once: listeners, clients, servers, watches. Whoever comes second waits for the first.
  @Override
  public void close() {
    closing.lock();
    try {
      if (stopped.getCount() > 0) {
        leaving.set(true);
        listeners.closeNow();
        wiring.close();
        HttpPort port = http;
        if (port != null) {
          port.close();
        }
      }
    } finally {
      stopped.countDown();
      closing.unlock();
    }
  }
}
