package io.trunkline.lab;

import java.util.List;

/// Who holds the shared address ends, or loses its network.
final class KeepalivedFaults {
  private KeepalivedFaults() {}

  static List<Fault> rows() {
    return List.of(
        Fault.of("keepalived on the master: stop", scene -> scene.master().stop("keepalived"))
            .until(Scene::backupServes)
            .thenHeal(scene -> scene.master().start("keepalived"))
            .cutsClients(),
        Fault.of("keepalived on the backup: stop", scene -> scene.backup().stop("keepalived"))
            .until(Scene::writtenNow)
            .thenHeal(scene -> scene.backup().start("keepalived"))
            .withoutErrors(),
        Fault.of(
                "keepalived on the master: kill -9 of the parent",
                scene -> scene.master().kill("keepalived"))
            .until(Scene::oneServes)
            .thenHeal(scene -> scene.master().start("keepalived"))
            .cutsClients(),
        Fault.of(
                "keepalived on the master: kill -9 of the children",
                scene -> scene.master().killChildren("keepalived"))
            .until(Scene::oneServes)
            .cutsClients(),
        Fault.of("network of the master down and up", scene -> scene.master().networkDown())
            .until(Scene::backupServes)
            .thenHeal(scene -> scene.master().networkUp())
            .cutsClients(),
        Fault.of("network of the backup down and up", scene -> scene.backup().networkDown())
            .until(Scene::writtenNow)
            .thenHeal(scene -> scene.backup().networkUp())
            .withoutErrors());
  }
}
