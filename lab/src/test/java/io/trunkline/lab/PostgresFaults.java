package io.trunkline.lab;

import java.util.List;

/// PostgreSQL ends under Patroni's hands.
final class PostgresFaults {
  private PostgresFaults() {}

  static List<Fault> rows() {
    return List.of(
        Fault.of("PostgreSQL on the primary: kill -9", scene -> scene.leader().kill("postgres"))
            .until(Scene::writtenOnANewTimeline)
            .inEveryRun()
            .against("3.2 s / 8", "15.1 s / 0"),
        Fault.of("PostgreSQL on the primary: stop", scene -> scene.leader().stop("postgres"))
            .until(Scene::writtenOnANewTimeline),
        Fault.of("PostgreSQL on a replica: kill -9", scene -> scene.replica().kill("postgres"))
            .until(Scene::readsReachAllReplicas),
        Fault.of("PostgreSQL on a replica: stop", scene -> scene.replica().stop("postgres"))
            .until(Scene::readsReachAllReplicas));
  }
}
