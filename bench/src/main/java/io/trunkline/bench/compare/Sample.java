package io.trunkline.bench.compare;

import io.trunkline.bench.load.LoadResult;

/// One proxy under one load, once.
///
/// @param use of the processor in the measured time, and memory at its end
/// @param kernelMicros what the fixed job took just before
record Sample(LoadResult load, ProcessUse use, double kernelMicros) {

  double microsPerUnit() {
    return (double) use.totalMicros() / load.units();
  }

  double userMicrosPerUnit() {
    return (double) use.userMicros() / load.units();
  }

  double unitsPerSecond() {
    return load.units() / load.seconds();
  }
}
