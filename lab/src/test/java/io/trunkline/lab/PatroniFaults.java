package io.trunkline.lab;

import java.util.List;

/// Patroni ends; with `kill -9` its PostgreSQL goes on.
final class PatroniFaults {
  private PatroniFaults() {}

  static List<Fault> rows() {
    return List.of(
        Fault.of("Patroni on the primary: kill -9", scene -> scene.leader().kill("patroni"))
            .until(Scene::anotherLeadsAlone)
            .thenHeal(scene -> scene.leader().start("patroni"))
            .inEveryRun()
            .against("15.8 s / 1193", "30.1 s / 804"),
        Fault.of("Patroni on the primary: stop", scene -> scene.leader().stop("patroni"))
            .until(Scene::anotherLeads)
            .thenHeal(scene -> scene.leader().start("patroni"))
            .against("8.4 s / 20", "15.2 s / 169"),
        Fault.of("Patroni on one replica: kill -9", scene -> scene.replica().kill("patroni"))
            .until(Scene::readsSpareTheReplica)
            .thenHeal(scene -> scene.replica().start("patroni"))
            .against("0.1 s / 0", "0.1 s / 0"),
        Fault.of(
                "Patroni on both replicas: kill -9",
                scene -> scene.replicas().forEach(node -> node.kill("patroni")))
            .until(Scene::replicasAreForgotten)
            .meanwhile(Scene::writesGoOn)
            .thenHeal(scene -> scene.replicas().forEach(node -> node.start("patroni"))));
  }
}
