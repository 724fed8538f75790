package io.trunkline.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;

class StartupPacketFuzzTest {

  @FuzzTest(maxDuration = "1m")
  void decode_anyBytes_readsOrWaitsOrRefuses(byte[] data) {
    Hostile.startupPacket(data);
  }
}
