package io.trunkline.proxy;

import io.trunkline.conf.ProxyConfig;
import io.trunkline.health.FenceFile;
import io.trunkline.health.FenceMemory;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where each cluster's fence is kept, by the configuration.
final class Fences {
  private static final Logger LOG = LoggerFactory.getLogger(Fences.class);

  private Fences() {}

  /// The memory of a cluster. Blocking.
  ///
  /// @throws IllegalStateException when it cannot be used: the fence must not be lost silently
  static FenceMemory of(ProxyConfig config, String cluster) {
    Path directory = config.runtime().stateDir();
    if (directory == null) {
      LOG.info(
          "the highest timeline of cluster {} is forgotten when this process ends:"
              + " set runtime.state_dir to keep it",
          cluster);
      return FenceMemory.NONE;
    }
    try {
      return FenceFile.in(directory, cluster);
    } catch (IOException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }
}
