package io.trunkline.protocol.auth;

import static io.trunkline.protocol.auth.LoginFixture.PASSWORD;
import static io.trunkline.protocol.auth.LoginFixture.say;
import static io.trunkline.protocol.auth.LoginFixture.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.trunkline.protocol.BackendTag;
import io.trunkline.protocol.ProtocolVersion;
import io.trunkline.protocol.message.Authentication.AuthenticationOk;
import io.trunkline.protocol.message.Authentication.AuthenticationSASL;
import io.trunkline.protocol.message.Authentication.AuthenticationSASLContinue;
import io.trunkline.protocol.message.Authentication.AuthenticationSASLFinal;
import io.trunkline.protocol.message.BackendMessage.NegotiateProtocolVersion;
import io.trunkline.protocol.message.FrontendMessage.SASLInitialResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerLoginTest {
  private static final Credential TYPED = new Credential.Password(PASSWORD);

  private static String failure(ServerLoginStep step) {
    return ((ServerLoginStep.Failed) step).reason();
  }

  private static NegotiateProtocolVersion newest(int major, int minor, String... options) {
    return new NegotiateProtocolVersion(new ProtocolVersion(major, minor), List.of(options));
  }

  @Test
  void negotiate_lowerMinor_isTheVersion() {
    ServerLogin login = server(TYPED);
    assertThat(login.version()).isEqualTo(ProtocolVersion.V3_2);
    assertThat(say(login, newest(3, 0))).isEqualTo(new ServerLoginStep.Wait());
    assertThat(login.version()).isEqualTo(ProtocolVersion.V3_0);
  }

  @Test
  void negotiate_whatWasNotAskedFor_fails() {
    assertThat(failure(say(server(TYPED), newest(3, 3))))
        .isEqualTo("server offers protocol 3.3, 3.2 was asked for");
    assertThat(failure(say(server(TYPED), newest(4, 0)))).contains("4.0");
    assertThat(failure(say(server(TYPED), newest(0, 0)))).contains("0.0");
    assertThat(failure(say(server(TYPED), newest(3, 0, "_pq_.x")))).contains("_pq_.x");
  }

  @Test
  void sasl_noMechanismInCommon_fails() {
    assertThat(failure(say(server(TYPED), new AuthenticationSASL(List.of("OAUTHBEARER")))))
        .isEqualTo("server offers no SASL mechanism in common: [OAUTHBEARER]");
    assertThat(failure(say(server(TYPED), new AuthenticationSASL(List.of("SCRAM-SHA-256-PLUS")))))
        .startsWith("server offers no SASL mechanism in common");
    assertThat(failure(say(server(TYPED), new AuthenticationSASL(List.of()))))
        .startsWith("server offers no SASL mechanism in common");
  }

  @Test
  void sasl_serverThatKnowsNothing_isNotBelieved() {
    ServerLogin login = server(TYPED);
    var first = (ServerLoginStep.Send) say(login, new AuthenticationSASL(List.of("SCRAM-SHA-256")));
    String clientFirst = ((SASLInitialResponse) first.message()).data();
    String nonce = clientFirst.substring(clientFirst.indexOf("r=") + 2);
    var compute =
        (ServerLoginStep.Compute)
            say(login, new AuthenticationSASLContinue("r=" + nonce + "x,s=AAAA,i=1"));
    login.onComputed(compute.salting().saltedPassword());
    String guess = "v=" + ScramSha256.base64(LoginFixture.END_POINT);
    assertThat(failure(say(login, new AuthenticationSASLFinal(guess))))
        .isEqualTo("server does not know the user's verifier: wrong SCRAM signature");
  }

  @Test
  void sasl_okBeforeTheSignature_isNotBelieved() {
    ServerLogin login = server(TYPED);
    say(login, new AuthenticationSASL(List.of("SCRAM-SHA-256")));
    assertThat(failure(say(login, new AuthenticationOk())))
        .isEqualTo("server ended SCRAM without proving that it knows the user");
  }

  @Test
  void authentication_malformed_fails() {
    ServerLogin login = server(TYPED);
    assertThat(
            failure(
                login.onMessage(BackendTag.AUTHENTICATION, Unpooled.wrappedBuffer(new byte[3]))))
        .startsWith("insufficient data");
    assertThat(
            failure(
                server(TYPED)
                    .onMessage(BackendTag.AUTHENTICATION, Unpooled.wrappedBuffer(new byte[5]))))
        .startsWith("invalid message format");
  }
}
