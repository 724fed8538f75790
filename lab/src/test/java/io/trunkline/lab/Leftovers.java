package io.trunkline.lab;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Network;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Containers and networks bear the process that made them. What a run left that was ended with
/// `kill -9` is removed by the next one; what another run still uses is not.
final class Leftovers {
  static final String LABEL = "io.trunkline.lab.owner";

  private Leftovers() {}

  /// This process, told apart from a later one with the same number.
  static Map<String, String> mine() {
    ProcessHandle self = ProcessHandle.current();
    return Map.of(LABEL, self.pid() + "@" + began(self));
  }

  static void remove(DockerClient docker) {
    for (Container container :
        docker.listContainersCmd().withShowAll(true).withLabelFilter(List.of(LABEL)).exec()) {
      if (isOrphan(container.getLabels().get(LABEL))) {
        remove(docker, container.getId());
      }
    }
    for (Network network : docker.listNetworksCmd().withFilter("label", List.of(LABEL)).exec()) {
      if (isOrphan(network.getLabels().get(LABEL))) {
        docker.removeNetworkCmd(network.getId()).exec();
      }
    }
  }

  private static void remove(DockerClient docker, String id) {
    try {
      docker.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
    } catch (DockerException goneMeanwhile) {
      // which is what was wanted
    }
  }

  private static boolean isOrphan(String owner) {
    long pid = Long.parseLong(owner.substring(0, owner.indexOf('@')));
    Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    return process.isEmpty() || !owner.equals(pid + "@" + began(process.get()));
  }

  private static long began(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }
}
