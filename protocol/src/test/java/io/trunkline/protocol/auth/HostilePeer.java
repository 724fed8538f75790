package io.trunkline.protocol.auth;

import static io.trunkline.protocol.auth.LoginFixture.say;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.protocol.message.Authentication.AuthenticationSASL;
import io.trunkline.protocol.message.Authentication.AuthenticationSASLContinue;
import io.trunkline.protocol.message.Authentication.AuthenticationSASLFinal;
import io.trunkline.protocol.message.FrontendMessage.SASLInitialResponse;
import io.trunkline.protocol.message.FrontendMessage.SASLResponse;
import java.util.List;
import java.util.function.Supplier;

/// Leads each login as far as a valid conversation goes and says any text where SCRAM is spoken.
final class HostilePeer {
  private HostilePeer() {}

  static TlsIdentity tls(boolean present) {
    return present ? new TlsIdentity(LoginFixture.END_POINT, List.of()) : TlsIdentity.NONE;
  }

  /// @param texts what the client says, null for nothing more
  static void client(ClientLogin login, Supplier<String> texts) {
    LoginStep step = login.start();
    String mechanism = "SCRAM-SHA-256";
    for (String text = texts.get(); text != null; text = texts.get()) {
      boolean isAsked =
          step instanceof LoginStep.Send send && send.message() instanceof AuthenticationSASL;
      step =
          say(login, isAsked ? new SASLInitialResponse(mechanism, text) : new SASLResponse(text));
      assertThat(step).isNotInstanceOf(LoginStep.Done.class);
    }
  }

  /// @param texts what the server says, null for nothing more
  static void server(ServerLogin login, Supplier<String> texts) {
    var first = (ServerLoginStep.Send) say(login, new AuthenticationSASL(List.of("SCRAM-SHA-256")));
    String clientFirst = ((SASLInitialResponse) first.message()).data();
    String nonce = clientFirst.substring(clientFirst.indexOf("r=") + 2);
    for (String text = texts.get(); text != null; text = texts.get()) {
      ServerLoginStep step =
          say(login, new AuthenticationSASLContinue(text.replace("NONCE", nonce)));
      if (step instanceof ServerLoginStep.Compute(PasswordSalting salting)) {
        assertThat(salting.iterations()).isBetween(1, ScramSha256.ITERATIONS_MAX);
        login.onComputed(LoginFixture.END_POINT);
        step = say(login, new AuthenticationSASLFinal(text));
      }
      assertThat(step).isInstanceOf(ServerLoginStep.Failed.class);
    }
  }
}
