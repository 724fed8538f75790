package io.trunkline.proxy.crosstalk;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Everything a guest may take to its head, each as often as its weight says.
final class Scenes {
  private final List<Named> weighted = new ArrayList<>();

  record Named(String name, Scene scene) {}

  static Scenes all() {
    Scenes scenes = new Scenes();
    SettingScenes.addTo(scenes);
    StatementScenes.addTo(scenes);
    SessionScenes.addTo(scenes);
    DataScenes.addTo(scenes);
    ViolentScenes.addTo(scenes);
    return scenes;
  }

  Scenes add(int weight, String name, Scene scene) {
    for (int i = 0; i < weight; i++) {
      weighted.add(new Named(name, scene));
    }
    return this;
  }

  Named any(Random random) {
    return weighted.get(random.nextInt(weighted.size()));
  }
}
