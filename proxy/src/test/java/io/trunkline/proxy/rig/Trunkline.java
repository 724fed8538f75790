package io.trunkline.proxy.rig;

import io.trunkline.conf.ConfigFile;
import io.trunkline.conf.ConfigResult;
import io.trunkline.conf.Surroundings;
import io.trunkline.proxy.ProxyServer;
import java.nio.file.Path;
import java.util.Optional;

/// Trunkline itself, in this JVM.
final class Trunkline implements TestProxy {
  private final Setup setup;
  private final ProxyServer server;

  private Trunkline(Setup setup, ProxyServer server) {
    this.setup = setup;
    this.server = server;
  }

  static Trunkline start(Setup setup) {
    var file = new ConfigFile(Surroundings.ofProcess());
    return switch (file.readText(Path.of("test.yml"), setup.yaml(0))) {
      case ConfigResult.Ok(var config) -> new Trunkline(setup, ProxyServer.start(config));
      case ConfigResult.Bad(var problems) -> throw new AssertionError(problems.toString());
    };
  }

  @Override
  public Endpoint endpoint() {
    return setup.server().onPort(server.bound().getFirst().address().getPort());
  }

  @Override
  public Optional<Footprint> footprint() {
    return Optional.of(new Footprint(ProcessHandle.current().pid()));
  }

  @Override
  public void close() {
    server.close();
  }
}
