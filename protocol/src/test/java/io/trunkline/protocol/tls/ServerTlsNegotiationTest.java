package io.trunkline.protocol.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.protocol.tls.ServerTlsNegotiation.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ServerTlsNegotiationTest {

  /// Events: `connected`, the byte of an answer, `done` and `failed` for the handshake, a SQLSTATE
  /// for a refusal. The last step is what counts: ask, tls, startup, reconnect, fail.
  @ParameterizedTest
  @CsvSource({
    "DISABLE, connected, startup",
    "DISABLE, connected 28000, fail",
    "ALLOW, connected, startup",
    "ALLOW, connected 28P01, fail",
    "ALLOW, connected 53300, fail",
    "ALLOW, connected 28000, reconnect",
    "ALLOW, connected 28000 connected, ask",
    "ALLOW, connected 28000 connected S, tls",
    "ALLOW, connected 28000 connected N, fail",
    "ALLOW, connected 28000 connected S done, startup",
    "ALLOW, connected 28000 connected S failed, fail",
    "ALLOW, connected 28000 connected S done 28000, fail",
    "PREFER, connected, ask",
    "PREFER, connected S, tls",
    "PREFER, connected E, fail",
    "PREFER, connected x, fail",
    "PREFER, connected N, startup",
    "PREFER, connected N 28000, fail",
    "PREFER, connected S done, startup",
    "PREFER, connected S failed, reconnect",
    "PREFER, connected S failed connected, startup",
    "PREFER, connected S failed connected 28000, fail",
    "PREFER, connected S done 28000, reconnect",
    "PREFER, connected S done 28P01, fail",
    "PREFER, connected S done 28000 connected, startup",
    "REQUIRE, connected, ask",
    "REQUIRE, connected S, tls",
    "REQUIRE, connected N, fail",
    "REQUIRE, connected E, fail",
    "REQUIRE, connected S failed, fail",
    "REQUIRE, connected S done, startup",
    "REQUIRE, connected S done 28000, fail",
    "VERIFY_CA, connected N, fail",
    "VERIFY_CA, connected S failed, fail",
    "VERIFY_FULL, connected N, fail",
    "VERIFY_FULL, connected S failed, fail",
  })
  void negotiation_asLibpq(SslMode mode, String events, String last) {
    ServerTlsNegotiation negotiation = new ServerTlsNegotiation(mode, SslNegotiation.POSTGRES);
    String step = "";
    for (String event : events.split(" ", -1)) {
      step = word(feed(negotiation, event));
    }
    assertThat(step).isEqualTo(last);
  }

  private static Step feed(ServerTlsNegotiation negotiation, String event) {
    return switch (event) {
      case "connected" -> negotiation.onConnected();
      case "done" -> negotiation.onHandshakeDone();
      case "failed" -> negotiation.onHandshakeFailed("for a test");
      default ->
          event.length() == 1
              ? negotiation.onAnswer((byte) event.charAt(0), 0)
              : negotiation.onRefused(event);
    };
  }

  private static String word(Step step) {
    return switch (step) {
      case Step.SendSslRequest() -> "ask";
      case Step.StartTls() -> "tls";
      case Step.SendStartup() -> "startup";
      case Step.Reconnect(String _) -> "reconnect";
      case Step.Fail(String _) -> "fail";
    };
  }

  @ParameterizedTest
  @EnumSource(
      value = SslMode.class,
      names = {"REQUIRE", "VERIFY_CA", "VERIFY_FULL"})
  void onConnected_direct_beginsWithTls(SslMode mode) {
    ServerTlsNegotiation negotiation = new ServerTlsNegotiation(mode, SslNegotiation.DIRECT);
    assertThat(negotiation.onConnected()).isEqualTo(new Step.StartTls());
    assertThat(negotiation.onHandshakeFailed("no ALPN"))
        .isEqualTo(new Step.Fail("TLS handshake failed: no ALPN"));
  }

  @Test
  void onAnswer_bytesBehindYes_fails() {
    assertThat(asked().onAnswer((byte) 'S', 1))
        .isEqualTo(new Step.Fail("received unencrypted data after SSL response"));
  }

  @Test
  void onAnswer_bytesBehindNo_fails() {
    assertThat(asked().onAnswer((byte) 'N', 1)).isInstanceOf(Step.Fail.class);
  }

  @Test
  void onAnswer_anyOtherByte_isNamed() {
    assertThat(asked().onAnswer((byte) 0xff, 0))
        .isEqualTo(new Step.Fail("received invalid response to SSL negotiation: 0xff"));
  }

  @Test
  void events_inTheWrongState_areOurMistake() {
    ServerTlsNegotiation negotiation = asked();
    assertThatThrownBy(negotiation::onConnected).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(negotiation::onHandshakeDone).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> negotiation.onHandshakeFailed(""))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> negotiation.onRefused("28000"))
        .isInstanceOf(IllegalStateException.class);
    negotiation.onAnswer((byte) 'S', 0);
    assertThatThrownBy(() -> negotiation.onAnswer((byte) 'S', 0))
        .isInstanceOf(IllegalStateException.class);
  }

  private static ServerTlsNegotiation asked() {
    ServerTlsNegotiation negotiation =
        new ServerTlsNegotiation(SslMode.PREFER, SslNegotiation.POSTGRES);
    assertThat(negotiation.onConnected()).isEqualTo(new Step.SendSslRequest());
    return negotiation;
  }
}
