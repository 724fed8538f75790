package io.trunkline.protocol;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

class FrameReaderFuzzTest {

  @FuzzTest(maxDuration = "1m")
  void read_anyBytes_isTheSameHoweverTheyArrive(FuzzedDataProvider data) {
    int piece = data.consumeInt(1, 20);
    Hostile.frames(data.consumeRemainingAsBytes(), piece);
  }
}
