package io.trunkline.protocol.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.protocol.tls.ClientTlsNegotiation.Answer;
import io.trunkline.protocol.tls.ClientTlsNegotiation.Event;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ClientTlsNegotiationTest {
  @TempDir Path directory;

  /// Every listener, every way to get into a state, every event there. In words: N (declined), TLS,
  /// DIRECT (TLS), accept, drop, 08P01, 28000.
  @ParameterizedTest
  @CsvSource({
    // listener, what was said before, answers to: hello ssl gss startup cancel
    "DISABLE, '', drop N N accept accept",
    "DISABLE, SSL_REQUEST, drop 08P01 N accept accept",
    "DISABLE, GSSENC_REQUEST, drop N 08P01 accept accept",
    "DISABLE, SSL_REQUEST GSSENC_REQUEST, drop 08P01 08P01 accept accept",
    "DISABLE, GSSENC_REQUEST SSL_REQUEST, drop 08P01 08P01 accept accept",
    "ALLOW, '', DIRECT TLS N accept accept",
    "ALLOW, GSSENC_REQUEST, drop TLS 08P01 accept accept",
    "ALLOW, SSL_REQUEST, 08P01 08P01 08P01 accept accept",
    "ALLOW, DIRECT_TLS_HELLO, 08P01 08P01 08P01 accept accept",
    "PREFER, '', DIRECT TLS N accept accept",
    "PREFER, GSSENC_REQUEST SSL_REQUEST, 08P01 08P01 08P01 accept accept",
    "REQUIRE, '', DIRECT TLS N 28000 accept",
    "REQUIRE, GSSENC_REQUEST, drop TLS 08P01 28000 accept",
    "REQUIRE, SSL_REQUEST, 08P01 08P01 08P01 accept accept",
    "REQUIRE, DIRECT_TLS_HELLO, 08P01 08P01 08P01 accept accept",
    "VERIFY_CA, '', DIRECT TLS N 28000 accept",
    "VERIFY_FULL, '', DIRECT TLS N 28000 accept",
    "VERIFY_FULL, SSL_REQUEST, 08P01 08P01 08P01 accept accept",
  })
  void on_everyEventInEveryState_answers(SslMode mode, String before, String answers) {
    assertThat(answers(mode, before)).isEqualTo(answers);
  }

  private String answers(SslMode mode, String before) {
    List<String> answers = new ArrayList<>();
    for (Event event : Event.values()) {
      ClientTlsNegotiation negotiation = listener(mode);
      for (String said : before.isEmpty() ? new String[0] : before.split(" ", -1)) {
        negotiation.on(Event.valueOf(said), 0);
      }
      answers.add(word(negotiation.on(event, 0)));
    }
    return String.join(" ", answers);
  }

  private static String word(Answer answer) {
    return switch (answer) {
      case Answer.Reply(byte reply) -> String.valueOf((char) reply);
      case Answer.StartTls(SslNegotiation how) -> how == SslNegotiation.DIRECT ? "DIRECT" : "TLS";
      case Answer.Accept() -> "accept";
      case Answer.Refuse(String sqlState, String _) -> sqlState;
      case Answer.Drop(String _) -> "drop";
    };
  }

  @ParameterizedTest
  @EnumSource(SslMode.class)
  void on_bytesBehindSslRequest_refuses(SslMode mode) {
    assertThat(listener(mode).on(Event.SSL_REQUEST, 1))
        .isEqualTo(new Answer.Refuse("08P01", "received unencrypted data after SSL request"));
  }

  @ParameterizedTest
  @EnumSource(SslMode.class)
  void on_bytesBehindGssEncRequest_refuses(SslMode mode) {
    assertThat(listener(mode).on(Event.GSSENC_REQUEST, 8))
        .isEqualTo(
            new Answer.Refuse(
                "08P01", "received unencrypted data after GSSAPI encryption request"));
  }

  @Test
  void on_bytesBehindStartup_areTheLoginsBusiness() {
    assertThat(listener(SslMode.PREFER).on(Event.STARTUP, 100)).isEqualTo(new Answer.Accept());
  }

  @Test
  void on_directHelloWhereDirectTlsIsOff_drops() {
    ClientTlsSettings settings =
        new ClientSide(directory).mode(SslMode.REQUIRE).withoutDirect().settings();
    assertThat(ClientTlsNegotiation.overTcp(settings).on(Event.DIRECT_TLS_HELLO, 0))
        .isInstanceOf(Answer.Drop.class);
    assertThat(ClientTlsNegotiation.overTcp(settings).on(Event.SSL_REQUEST, 0))
        .isEqualTo(new Answer.StartTls(SslNegotiation.POSTGRES));
  }

  @Test
  void on_tlsOff_declinesAndRequiresNothing() {
    ClientTlsNegotiation negotiation = ClientTlsNegotiation.overTcp(ClientTlsSettings.DISABLED);
    assertThat(negotiation.on(Event.SSL_REQUEST, 0)).isEqualTo(new Answer.Reply((byte) 'N'));
    assertThat(negotiation.on(Event.STARTUP, 0)).isEqualTo(new Answer.Accept());
    assertThat(negotiation.secured()).isFalse();
  }

  @Test
  void secured_insideTls_staysSoWhenTheNegotiationIsOver() {
    ClientTlsNegotiation negotiation = listener(SslMode.PREFER);
    negotiation.on(Event.SSL_REQUEST, 0);
    assertThat(negotiation.secured()).isTrue();
    negotiation.on(Event.STARTUP, 0);
    assertThat(negotiation.secured()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Event.class)
  void on_afterTheEnd_isOurMistake(Event event) {
    ClientTlsNegotiation negotiation = listener(SslMode.PREFER);
    negotiation.on(Event.STARTUP, 0);
    assertThatThrownBy(() -> negotiation.on(event, 0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void isTlsHello_onlyAHandshakeRecord() {
    assertThat(ClientTlsNegotiation.isTlsHello((byte) 0x16)).isTrue();
    assertThat(ClientTlsNegotiation.isTlsHello((byte) 0)).isFalse();
  }

  private ClientTlsNegotiation listener(SslMode mode) {
    return ClientTlsNegotiation.overTcp(new ClientSide(directory).mode(mode).settings());
  }
}
