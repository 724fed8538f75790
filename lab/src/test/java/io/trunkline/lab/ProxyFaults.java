package io.trunkline.lab;

import java.util.List;

/// Trunkline itself ends, where the shared address is and where it is not.
final class ProxyFaults {
  private ProxyFaults() {}

  static List<Fault> rows() {
    return List.of(
        Fault.of("Trunkline on the master: kill -9", scene -> scene.master().kill("trunkline"))
            .until(Scene::backupServes)
            .thenHeal(scene -> scene.master().start("trunkline"))
            .inEveryRun()
            .cutsClients(),
        Fault.of("Trunkline on the master: stop", scene -> scene.master().stop("trunkline"))
            .until(Scene::backupServes)
            .thenHeal(scene -> scene.master().start("trunkline"))
            .cutsClients(),
        Fault.of("Trunkline on the master: restart", scene -> restart(scene.master()))
            .until(Scene::writtenNow)
            .cutsClients(),
        Fault.of("Trunkline on the backup: kill -9", scene -> scene.backup().kill("trunkline"))
            .until(Scene::writtenNow)
            .thenHeal(scene -> scene.backup().start("trunkline"))
            .withoutErrors(),
        Fault.of("Trunkline on the backup: restart", scene -> restart(scene.backup()))
            .until(Scene::writtenNow)
            .withoutErrors());
  }

  private static void restart(ProxyNode proxy) {
    proxy.stop("trunkline");
    proxy.start("trunkline");
  }
}
