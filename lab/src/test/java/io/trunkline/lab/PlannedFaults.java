package io.trunkline.lab;

import java.util.List;

/// What operators do on purpose.
final class PlannedFaults {
  private PlannedFaults() {}

  static List<Fault> rows() {
    return List.of(
        Fault.of("planned: patronictl switchover", PlannedFaults::switchOver)
            .until(Scene::anotherLeads)
            .inEveryRun()
            .withoutErrors()
            .against("6.6 s / 20", "15.2 s / 247"),
        Fault.of(
                "planned: SWITCHOVER on the console",
                scene -> scene.master().command("SWITCHOVER TO " + scene.replica().name()))
            .until(Scene::anotherLeads)
            .withoutErrors(),
        Fault.of("planned: patronictl restart of the primary", PlannedFaults::restart)
            .until(Scene::writtenNow),
        Fault.of("planned: pause and resume", scene -> scene.leader().patronictl("pause", "--wait"))
            .until(Scene::writtenNow)
            .thenHeal(scene -> scene.leader().patronictl("resume", "--wait"))
            .withoutErrors(),
        Fault.of("planned: a new replica", scene -> scene.lab().addReplica())
            .until(Scene::readsReachAllReplicas)
            .thenHeal(scene -> scene.lab().removeReplica())
            .withoutErrors(),
        Fault.of("planned: a replica reinitialised", PlannedFaults::reinitialise)
            .until(Scene::readsReachAllReplicas),
        Fault.of(
                "planned: noloadbalance on a replica",
                scene -> scene.replica().setTags("noloadbalance: true"))
            .until(Scene::readsSpareTheReplica)
            .thenHeal(scene -> scene.replica().setTags(""))
            .withoutErrors());
  }

  private static void switchOver(Scene scene) {
    scene
        .leader()
        .patronictl(
            "switchover",
            "--master",
            scene.leader().name(),
            "--candidate",
            scene.replica().name(),
            "--force");
  }

  private static void restart(Scene scene) {
    scene.replica().patronictl("restart", DataNode.SCOPE, scene.leader().name(), "--force");
  }

  private static void reinitialise(Scene scene) {
    scene
        .leader()
        .patronictl("reinit", DataNode.SCOPE, scene.replica().name(), "--force", "--wait");
  }
}
