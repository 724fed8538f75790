package io.trunkline.lab;

import java.util.List;

/// The store that says who leads is lost in part, or its majority.
final class EtcdFaults {
  private EtcdFaults() {}

  static List<Fault> rows() {
    return List.of(
        Fault.of("etcd: one of three stopped", scene -> scene.replica().stop("etcd"))
            .until(Scene::writtenNow)
            .thenHeal(scene -> scene.replica().start("etcd")),
        Fault.of("etcd: two of three stopped", EtcdFaults::stopTwo)
            .until(Scene::everybodyIsReadFrom)
            .meanwhile(Scene::nothingIsWritten)
            .thenHeal(EtcdFaults::startTwo)
            .inEveryRun()
            .against("47.8 s / 3162", "60.1 s / 2086"));
  }

  private static void stopTwo(Scene scene) {
    scene.replicas().forEach(node -> node.stop("etcd"));
  }

  /// One is enough for writes to return by themselves; then the other.
  private static void startTwo(Scene scene) {
    scene.replicas().getFirst().start("etcd");
    scene.awaiting(Scene::writtenNow);
    scene.replicas().getLast().start("etcd");
  }
}
