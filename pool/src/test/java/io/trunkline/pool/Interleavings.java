package io.trunkline.pool;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import io.trunkline.embedded.Depth;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;

/// How classes that event loops share are tried: Lincheck makes up what two threads do, and runs
/// that in many orders of their steps. Each result must be one that some order of whole operations
/// gives as well, and what is marked `@Validate` must hold in the end.
final class Interleavings {
  private Interleavings() {}

  /// What is not on trial.
  private static boolean isLibrary(String className) {
    return className.startsWith("io.netty.") || className.startsWith("org.slf4j.");
  }

  static void check(Class<?> test) {
    new ModelCheckingOptions()
        .threads(2)
        .actorsBefore(2)
        .actorsPerThread(3)
        .actorsAfter(2)
        .iterations(Depth.of(5, 200))
        .invocationsPerIteration(Depth.of(50, 2_000))
        .addGuarantee(forClasses(Interleavings::isLibrary).allMethods().ignore())
        .check(test);
  }
}
