package io.trunkline.lab;

import java.util.List;

/// A whole machine of the cluster: its network, its life.
final class HostFaults {
  private HostFaults() {}

  static List<Fault> rows() {
    return List.of(
        Fault.of("primary cut off from everybody", scene -> scene.leader().cutOff())
            .until(Scene::anotherLeadsForGood)
            .thenHeal(scene -> scene.leader().reconnect())
            .inEveryRun()
            .against("27.2 s / 799", "31.7 s / 369"),
        Fault.of(
                "primary cut off from etcd alone",
                scene -> scene.leader().cutOffPorts("2379", "2380"))
            .until(Scene::anotherLeadsForGood)
            .thenHeal(scene -> scene.leader().reconnect()),
        Fault.of("primary frozen and thawed", scene -> scene.leader().freeze())
            .until(Scene::anotherLeads)
            .thenHeal(scene -> scene.leader().thaw())
            .against("25.0 s / 132", "39.1 s / 917"),
        Fault.of("primary loses power and comes back", scene -> scene.leader().powerOff())
            .until(Scene::anotherLeads)
            .thenHeal(scene -> scene.leader().powerOn()),
        Fault.of("replica loses power and comes back", scene -> scene.replica().powerOff())
            .until(Scene::readsSpareTheReplica)
            .thenHeal(scene -> scene.replica().powerOn()));
  }
}
