package io.trunkline.protocol.auth;

import static io.trunkline.protocol.auth.LoginFixture.say;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.CancelKey;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.message.Authentication.AuthenticationOk;
import io.trunkline.protocol.message.BackendMessage;
import io.trunkline.protocol.message.BackendMessage.BackendKeyData;
import io.trunkline.protocol.message.BackendMessage.ParameterStatus;
import io.trunkline.protocol.message.BackendMessage.ReadyForQuery;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.protocol.message.NoticeResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerGreetingTest {
  private static final CancelKey KEY = new CancelKey(1, Bytes.of(new byte[32]));
  private static final GreetingStep WAIT = new GreetingStep.Wait();

  private final ServerGreeting greeting = new ServerGreeting();

  private static String failure(GreetingStep step) {
    return ((GreetingStep.Failed) step).reason();
  }

  private GreetingStep ready() {
    return say(greeting, new ReadyForQuery(TransactionStatus.IDLE));
  }

  @Test
  void greeting_inFull_isParametersAndKey() {
    assertThat(say(greeting, new ParameterStatus("TimeZone", "UTC"))).isEqualTo(WAIT);
    assertThat(say(greeting, NoticeResponse.notice("00000", "hello"))).isEqualTo(WAIT);
    assertThat(say(greeting, new BackendKeyData(KEY))).isEqualTo(WAIT);
    assertThat(say(greeting, new ParameterStatus("TimeZone", "CET"))).isEqualTo(WAIT);
    assertThat(ready()).isEqualTo(new GreetingStep.Ready(Map.of("TimeZone", "CET"), KEY));
  }

  @Test
  void greeting_withoutKey_isReadyAllTheSame() {
    assertThat(ready()).isEqualTo(new GreetingStep.Ready(Map.of(), null));
  }

  @Test
  void greeting_error_isPassedOn() {
    ErrorResponse error = ErrorResponse.fatal("3D000", "database \"x\" does not exist");
    GreetingStep.Failed failed = (GreetingStep.Failed) say(greeting, error);
    assertThat(failed.error()).isEqualTo(error);
    assertThat(failed.reason())
        .isEqualTo("server refused the session: FATAL 3D000 database \"x\" does not exist");
  }

  @Test
  void greeting_secondKey_fails() {
    say(greeting, new BackendKeyData(KEY));
    assertThat(failure(say(greeting, new BackendKeyData(KEY)))).isEqualTo("second BackendKeyData");
  }

  @Test
  void greeting_notIdle_fails() {
    assertThat(failure(say(greeting, new ReadyForQuery(TransactionStatus.FAILED))))
        .contains("FAILED");
  }

  @Test
  void greeting_tooManyParameters_fails() {
    GreetingStep step = WAIT;
    for (int i = 0; i <= ServerGreeting.PARAMETERS_MAX; i++) {
      assertThat(step).isEqualTo(WAIT);
      step = say(greeting, new ParameterStatus("p" + i, "v"));
    }
    assertThat(failure(step)).isEqualTo("more than 256 parameters");
  }

  @Test
  void greeting_endlessNotices_fails() {
    BackendMessage notice = NoticeResponse.notice("00000", "x".repeat(1000));
    GreetingStep step = WAIT;
    for (int i = 0; i < 100 && step.equals(WAIT); i++) {
      step = say(greeting, notice);
    }
    assertThat(failure(step)).isEqualTo("greeting of more than 65536 bytes");
  }

  @Test
  void greeting_anyOtherMessage_fails() {
    assertThat(failure(say(greeting, new AuthenticationOk()))).contains("'R' in the greeting");
    for (int tag = Byte.MIN_VALUE; tag <= Byte.MAX_VALUE; tag++) {
      if ("SKZEN".indexOf(tag) < 0) {
        GreetingStep step = new ServerGreeting().onMessage((byte) tag, Unpooled.EMPTY_BUFFER);
        assertThat(failure(step)).contains("in the greeting");
      }
    }
  }

  @Test
  void greeting_malformedMessage_fails() {
    for (char tag : "SKZE".toCharArray()) {
      GreetingStep step = new ServerGreeting().onMessage((byte) tag, Unpooled.EMPTY_BUFFER);
      assertThat(failure(step)).isNotEmpty();
    }
  }

  @Test
  void greeting_ended_answersNothingElse() {
    ready();
    assertThat(failure(ready())).isEqualTo("unexpected message 'Z' after the greeting");
    assertThat(failure(say(greeting, new ParameterStatus("a", "b")))).contains("'S'");
  }
}
