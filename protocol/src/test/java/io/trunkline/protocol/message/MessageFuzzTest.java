package io.trunkline.protocol.message;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.trunkline.protocol.BackendTag;
import io.trunkline.protocol.Hostile;

class MessageFuzzTest {

  @FuzzTest(maxDuration = "1m")
  void errorResponse_anyBody_readsOrRefuses(byte[] body) {
    Hostile.backendMessage(BackendTag.ERROR_RESPONSE, body);
  }

  @FuzzTest(maxDuration = "1m")
  void backendMessage_anyTagAndBody_readsOrRefuses(FuzzedDataProvider data) {
    Hostile.backendMessage(data.consumeByte(), data.consumeRemainingAsBytes());
  }

  @FuzzTest(maxDuration = "1m")
  void frontendMessage_anyTagAndBody_readsOrRefuses(FuzzedDataProvider data) {
    Hostile.frontendMessage(data.consumeByte(), data.consumeRemainingAsBytes());
  }
}
