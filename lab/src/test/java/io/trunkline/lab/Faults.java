package io.trunkline.lab;

import java.util.List;

/// All rows.
final class Faults {
  private Faults() {}

  static List<Fault> all() {
    return List.of(
        Fault.of(
                "planned switchover (patronictl)",
                scene ->
                    scene
                        .leader()
                        .patronictl(
                            "switchover",
                            "--master",
                            scene.leader().name(),
                            "--candidate",
                            scene.replica().name(),
                            "--force"))
            .until(Scene::anotherLeads)
            .inEveryRun()
            .against("6.6 s / 20", "15.2 s / 247"),
        Fault.of("PostgreSQL on the primary: kill -9", scene -> scene.leader().kill("postgres"))
            .until(Scene::writtenAgain)
            .inEveryRun()
            .against("3.2 s / 8", "15.1 s / 0"),
        Fault.of("Patroni on the primary: kill -9", scene -> scene.leader().kill("patroni"))
            .until(Scene::anotherLeads)
            .thenHeal(scene -> scene.leader().start("patroni"))
            .inEveryRun()
            .against("15.8 s / 1193", "30.1 s / 804"),
        Fault.of(
                "etcd: two of three stopped",
                scene -> scene.replicas().forEach(node -> node.stop("etcd")))
            .until(Scene::nobodyLeads)
            .thenHeal(scene -> scene.replicas().forEach(node -> node.start("etcd")))
            .inEveryRun()
            .against("47.8 s / 3162", "60.1 s / 2086"),
        Fault.of("primary cut off from everybody", scene -> scene.leader().cutOff())
            .until(Scene::anotherLeads)
            .thenHeal(scene -> scene.leader().reconnect())
            .inEveryRun()
            .against("27.2 s / 799", "31.7 s / 369"),
        Fault.of("Trunkline on the master: kill -9", scene -> scene.master().kill("trunkline"))
            .until(Scene::backupServes)
            .thenHeal(scene -> scene.master().start("trunkline"))
            .inEveryRun()
            .cutsClients());
  }
}
