package io.trunkline.lab;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.awaitility.Awaitility;

/// With Patroni's `synchronous_mode`: what a client was told is there has to be there, whatever
/// becomes of the primary.
final class SynchronousFaults {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private SynchronousFaults() {}

  static List<Fault> rows() {
    return List.of(
        Fault.of(
                "synchronous: SWITCHOVER on the console",
                synchronous(scene -> scene.master().command("SWITCHOVER")))
            .until(Scene::anotherLeads)
            .thenHeal(SynchronousFaults::leave)
            .withoutErrors()
            .withoutLoss(),
        Fault.of(
                "synchronous: Patroni on the primary: kill -9",
                synchronous(scene -> scene.leader().kill("patroni")))
            .until(Scene::anotherLeads)
            .thenHeal(scene -> {
              scene.leader().start("patroni");
              leave(scene);
            })
            .withoutLoss(),
        Fault.of(
                "synchronous: primary cut off from everybody",
                synchronous(scene -> scene.leader().cutOff()))
            .until(Scene::anotherLeadsForGood)
            .thenHeal(scene -> {
              scene.leader().reconnect();
              leave(scene);
            })
            .withoutLoss(),
        Fault.of(
                "synchronous: primary loses power and comes back",
                synchronous(scene -> scene.leader().powerOff()))
            .until(Scene::anotherLeads)
            .thenHeal(scene -> {
              scene.leader().powerOn();
              leave(scene);
            })
            .withoutLoss());
  }

  private static Consumer<Scene> synchronous(Consumer<Scene> fault) {
    return scene -> {
      scene.lab().cluster().setSynchronous(true);
      Awaitility.await().atMost(PATIENCE).until(scene.lab().cluster()::isSynchronous);
      fault.accept(scene);
    };
  }

  private static void leave(Scene scene) {
    scene.lab().cluster().setSynchronous(false);
  }
}
