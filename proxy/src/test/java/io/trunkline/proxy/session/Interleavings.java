package io.trunkline.proxy.session;

import io.trunkline.embedded.Depth;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;

/// How classes that event loops share are tried: Lincheck makes up what two threads do, and runs
/// that in many orders of their steps. Each result must be one that some order of whole operations
/// gives as well.
final class Interleavings {
  private Interleavings() {}

  static void check(Class<?> test) {
    new ModelCheckingOptions()
        .threads(2)
        .actorsBefore(2)
        .actorsPerThread(3)
        .actorsAfter(2)
        .iterations(Depth.of(5, 200))
        .invocationsPerIteration(Depth.of(50, 2_000))
        .check(test);
  }
}
