package io.trunkline.proxy.rig;

import io.trunkline.conf.ConfigFile;
import io.trunkline.conf.ConfigResult;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.conf.Surroundings;
import io.trunkline.proxy.ProxyServer;
import java.nio.file.Path;

/// Trunkline with a configuration that a test writes itself.
public final class Configured {
  private Configured() {}

  /// Fails unless the text is a good configuration.
  public static ProxyConfig config(String yaml) {
    var file = new ConfigFile(Surroundings.ofProcess());
    return switch (file.readText(Path.of("test.yml"), yaml)) {
      case ConfigResult.Ok(var config) -> config;
      case ConfigResult.Bad(var problems) -> throw new AssertionError(problems.toString());
    };
  }

  public static ProxyServer start(String yaml) {
    return ProxyServer.start(config(yaml));
  }

  /// The port of a listener, by its place in the configuration.
  public static int port(ProxyServer proxy, int listener) {
    return proxy.bound().get(listener).address().getPort();
  }
}
