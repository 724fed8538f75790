package io.trunkline.proxy.crosstalk;

import java.io.IOException;

/// One thing a guest does, checked from its first message to its last. A scene leaves no state
/// behind but settings and prepared statements, and those in the guest's [Belongings].
@FunctionalInterface
interface Scene {
  void play(Guest guest) throws IOException;
}
