package io.trunkline.bench.demo;

import io.trunkline.conf.ConfigFile;
import io.trunkline.conf.ConfigResult;
import io.trunkline.conf.Surroundings;
import io.trunkline.embedded.Ports;
import io.trunkline.pool.PoolShard;
import io.trunkline.pool.ServerPool;
import io.trunkline.proxy.ProxyServer;
import io.trunkline.routing.Member;
import io.trunkline.settings.HostPort;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The proxy of the demo, in this JVM, and what it says of itself.
final class DemoProxy implements ProxyView, AutoCloseable {
  private static final String CLUSTER = "demo";
  private static final long LOOP_PATIENCE_MILLIS = 200;

  private static final int TRIES = 3;

  private final DemoPorts ports;
  private final ProxyServer server;

  private DemoProxy(DemoPorts ports, ProxyServer server) {
    this.ports = ports;
    this.server = server;
  }

  /// Starts on `port` and the one after it, or on others when they are busy. A port that somebody
  /// takes between the choice and its use is chosen anew.
  ///
  /// @throws IllegalStateException when it does not start
  static DemoProxy start(int port, Map<String, HostPort> members) {
    for (int attempt = 1; ; attempt++) {
      DemoPorts ports = DemoPorts.choose(port, Ports::isFree);
      try {
        return new DemoProxy(ports, start(ports, members));
      } catch (IllegalStateException failure) {
        boolean isTaken = !Ports.isFree(ports.writes()) || !Ports.isFree(ports.reads());
        if (!isTaken || attempt == TRIES) {
          throw failure;
        }
      }
    }
  }

  private static ProxyServer start(DemoPorts ports, Map<String, HostPort> members) {
    String text = DemoConfig.text(ports, members);
    var file = new ConfigFile(Surroundings.ofProcess());
    return switch (file.readText(Path.of("demo.yml"), text)) {
      case ConfigResult.Ok(var config) -> ProxyServer.start(config);
      case ConfigResult.Bad(var problems) ->
          throw new IllegalStateException("the demo's configuration is wrong: " + problems);
    };
  }

  DemoPorts ports() {
    return ports;
  }

  @Override
  public List<MemberLine> members() {
    return server.wiring().topologies(CLUSTER).current().members().stream()
        .map(this::line)
        .toList();
  }

  private MemberLine line(Member member) {
    return new MemberLine(
        member.name(),
        member.address(),
        member.role().name().toLowerCase(Locale.ROOT),
        member.alive(),
        member.timeline(),
        member.lagBytes(),
        member.lag(),
        pools(member.name()),
        member.reason());
  }

  private Pools pools(String member) {
    int open = 0;
    int idle = 0;
    int waiting = 0;
    for (ServerPool pool : server.wiring().pools().poolsOf(CLUSTER, member)) {
      open += pool.open();
      idle += pool.idle();
      waiting += pool.shards().stream().mapToInt(DemoProxy::waiting).sum();
    }
    return new Pools(open, Math.max(0, open - idle), waiting);
  }

  /// Asked on the shard's own loop; a loop that is too busy to say counts as nobody waiting.
  private static int waiting(PoolShard shard) {
    try {
      return shard.loop().submit(shard::waiting).get(LOOP_PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException | RejectedExecutionException expected) {
      return 0;
    } catch (InterruptedException expected) { // the demo ends
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
