package io.trunkline.proxy.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.health.ClusterMonitor;
import io.trunkline.pool.PoolKey;
import io.trunkline.pool.PoolRegistry;
import io.trunkline.pool.ServerPool;
import io.trunkline.protocol.NanoTime;
import io.trunkline.proxy.console.Loops;
import io.trunkline.proxy.http.Page;
import io.trunkline.proxy.http.Reply;
import io.trunkline.proxy.session.ClientLimits;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// What Prometheus is told when it asks. Nothing is counted for it on the road but plain numbers of
/// each event loop's own, which that loop is asked for at a scrape; however often somebody asks,
/// loops are asked once in a second at most.
///
/// Thread-safe; a scrape blocks its thread.
public final class Metrics implements AutoCloseable {
  private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final Duration FRESH = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /// What it looks at.
  ///
  /// @param clusters those of now; others may come
  /// @param version what was built
  public record Parts(
      Supplier<ProxyConfig> config,
      Loops loops,
      PoolRegistry pools,
      Map<String, ClusterMonitor> clusters,
      ClientLimits clients,
      NanoTime clock,
      String version) {}

  private final Parts parts;
  private final ClusterFigures clusters;
  private final ClientFigures clients = new ClientFigures();
  private final JvmGcMetrics garbage = new JvmGcMetrics();
  private final PrometheusMeterRegistry registry;
  private final ReentrantLock scraping = new ReentrantLock();
  private LoopFigures figures = LoopFigures.nothing();
  private String text = "";
  private long textNanos;

  public Metrics(Parts parts) {
    this.parts = parts;
    this.clusters = new ClusterFigures(parts.clusters());
    PrometheusRegistry prometheus = new PrometheusRegistry();
    this.registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, prometheus, Clock.SYSTEM);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    garbage.bindTo(registry);
    MultiCollector ours = this::collect;
    prometheus.register(ours);
  }

  /// Counts what becomes of this cluster from now on.
  public void follow(String cluster, ClusterMonitor monitor) {
    clusters.follow(cluster, monitor);
  }

  /// Its part of the HTTP port.
  public Page page() {
    return new Page("/metrics", Set.of(), _ -> reply());
  }

  private Reply reply() {
    try {
      return new Reply(Reply.OK, CONTENT_TYPE, scrape());
    } catch (TimeoutException e) {
      return Reply.text(Reply.UNAVAILABLE, "an event loop does not answer");
    }
  }

  /// Everything, in Prometheus' text format.
  ///
  /// @throws TimeoutException when an event loop does not answer
  String scrape() throws TimeoutException {
    scraping.lock();
    try {
      long now = parts.clock().now();
      if (text.isEmpty() || now - textNanos >= FRESH.toNanos()) {
        figures = ask(now);
        text = registry.scrape();
        textNanos = now;
      }
      return text;
    } finally {
      scraping.unlock();
    }
  }

  private LoopFigures ask(long now) throws TimeoutException {
    try {
      return parts
          .loops()
          .ask(context -> LoopFigures.of(context, parts.pools(), now))
          .toCompletableFuture()
          .get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)
          .stream()
          .reduce(LoopFigures.nothing(), LoopFigures::plus);
    } catch (ExecutionException e) {
      throw new IllegalStateException("an event loop cannot be asked", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TimeoutException("interrupted");
    }
  }

  /// Called within a scrape.
  private MetricSnapshots collect() {
    Families families = new Families();
    clients.addTo(families, figures);
    addProcess(families);
    addPools(families);
    clusters.addTo(families);
    families.histogram(
        MetricNames.QUEUE, "From wanting a server to having it.", figures.times().queue());
    families.histogram(
        MetricNames.CONNECT, "Opening a server connection, login included.", figures.connects());
    families.histogram(
        MetricNames.FIRST_BYTE,
        "From a request to its answer's first byte, with a server.",
        figures.times().firstByte());
    families.histogram(
        MetricNames.SERVER_TOTAL,
        "From a request to its answer's end, with a server.",
        figures.times().total());
    families.histogram(
        MetricNames.CLIENT_DRAIN,
        "Time in which a server was not read from because its client took nothing more.",
        figures.times().drain());
    return families.all();
  }

  private static Families.Values one(double value) {
    return new Families.Values().add(value);
  }

  private void addProcess(Families families) {
    ClientLimits present = parts.clients();
    int max = parts.config().get().limits().maxClientConnections();
    families.gauge(
        MetricNames.CLIENTS_CONNECTED,
        "Clients of databases, with those who are logging in.",
        one(present.connected()));
    families.gauge(
        MetricNames.CONSOLE_CLIENTS, "Clients of the console.", one(present.onConsole()));
    families.gauge(MetricNames.CLIENTS_MAX, "The most clients that may be here.", one(max));
    families.gauge(
        MetricNames.WAIT_MAX,
        "How long the longest waiting client has waited.",
        one(figures.oldestWaitNanos() / 1e9));
    families.counter(
        MetricNames.CONNECT_FAILURES,
        "Server connections that could not be opened.",
        one((double) figures.connectFailures()));
    families.gauge(
        MetricNames.INFO,
        "What is running.",
        new Families.Values().add(1, MetricNames.VERSION, parts.version()));
  }

  private void addPools(Families families) {
    var servers = new Families.Values();
    var waiting = new Families.Values();
    figures
        .servers()
        .forEach((key, counts) -> {
          servers.add(counts.idle(), labels(key, "idle"));
          servers.add(counts.active(), labels(key, "active"));
          servers.add(counts.tested(), labels(key, "tested"));
          servers.add(counts.canceled(), labels(key, "being_canceled"));
          servers.add(counts.connecting(), labels(key, "login"));
          waiting.add(counts.waiting(), labels(key));
        });
    var size = new Families.Values();
    var paused = new Families.Values();
    for (ServerPool pool : parts.pools().pools()) {
      size.add(pool.settings().size(), labels(pool.key()));
      paused.add(pool.paused() ? 1 : 0, labels(pool.key()));
    }
    families.gauge(MetricNames.SERVERS, "Server connections by what they do.", servers);
    families.gauge(MetricNames.POOL_WAITING, "Clients that wait for a server.", waiting);
    families.gauge(MetricNames.POOL_SIZE, "Server connections there may be.", size);
    families.gauge(MetricNames.POOL_PAUSED, "Pools an operator has paused.", paused);
  }

  private String[] labels(PoolKey key) {
    return new String[] {
      MetricNames.CLUSTER,
      key.cluster(),
      MetricNames.MEMBER,
      key.member(),
      MetricNames.DATABASE,
      clients.database(key.database()),
      MetricNames.USER,
      clients.user(key.user())
    };
  }

  private String[] labels(PoolKey key, String state) {
    String[] labels = java.util.Arrays.copyOf(labels(key), 10);
    labels[8] = MetricNames.STATE;
    labels[9] = state;
    return labels;
  }

  @Override
  public void close() {
    garbage.close();
    registry.close();
  }
}
