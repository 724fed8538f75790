package io.trunkline.proxy.rig;

import java.util.Random;
import java.util.stream.IntStream;

/// Where the bytes of one write are cut into segments.
public interface Cut {
  int RANDOM_CUTS_MAX = 500;

  /// Offsets, ascending, at which a new segment begins.
  int[] offsets(int length);

  static Cut nowhere() {
    return length -> new int[0];
  }

  static Cut everywhere() {
    return length -> IntStream.range(1, length).toArray();
  }

  private static int cuts(int length) {
    return Math.min(1 + length / 16, RANDOM_CUTS_MAX);
  }

  /// At a few places, the same for the same seed.
  static Cut random(long seed) {
    Random random = new Random(seed);
    return length -> random.ints(cuts(length), 0, length + 1).sorted().toArray();
  }
}
