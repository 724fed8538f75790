package io.trunkline.protocol.auth;

import static io.trunkline.protocol.auth.LoginFixture.MD5;
import static io.trunkline.protocol.auth.LoginFixture.PLAIN;
import static io.trunkline.protocol.auth.LoginFixture.SCRAM;
import static io.trunkline.protocol.auth.LoginFixture.USER;
import static io.trunkline.protocol.auth.LoginFixture.WRONG;
import static io.trunkline.protocol.auth.LoginFixture.tools;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.protocol.auth.MockAuthentication.PasswordEncryption;
import io.trunkline.protocol.message.BackendMessage;
import io.trunkline.protocol.message.FrontendMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A wrong password costs as many rounds of hashing whether there is such a user or not, where
/// users are stored as the mock ones are.
class EqualWorkTest {

  /// The rounds the proxy has to compute until it says no.
  private static int rounds(
      AuthMethod method, PasswordEncryption encryption, @Nullable StoredSecret stored) {
    LoginTools tools = tools(encryption);
    var proxy = new ClientLogin(method, USER, stored, TlsIdentity.NONE, tools);
    ServerLogin peer = LoginFixture.server(new Credential.Password(WRONG));
    int rounds = 0;
    LoginStep step = proxy.start();
    while (!(step instanceof LoginStep.Failed)) {
      switch (step) {
        case LoginStep.Compute(PasswordSalting salting) -> {
          rounds += salting.iterations();
          step = proxy.onComputed(salting.saltedPassword());
        }
        case LoginStep.Send(BackendMessage question) ->
            step = LoginFixture.say(proxy, answer(peer, question));
        default -> throw new AssertionError(step);
      }
    }
    return rounds;
  }

  private static FrontendMessage answer(ServerLogin peer, BackendMessage question) {
    ServerLoginStep step = LoginFixture.say(peer, question);
    while (step instanceof ServerLoginStep.Compute(PasswordSalting salting)) {
      step = peer.onComputed(salting.saltedPassword());
    }
    return ((ServerLoginStep.Send) step).message();
  }

  @Test
  void wrongPassword_ofAVerifier_costsWhatAStrangerCosts() {
    for (AuthMethod method :
        new AuthMethod[] {AuthMethod.PASSWORD, AuthMethod.MD5, AuthMethod.SCRAM_SHA_256}) {
      PasswordEncryption scram = PasswordEncryption.SCRAM_SHA_256;
      assertThat(rounds(method, scram, SCRAM))
          .as("%s", method)
          .isEqualTo(rounds(method, scram, null));
    }
    assertThat(rounds(AuthMethod.PASSWORD, PasswordEncryption.SCRAM_SHA_256, null)).isPositive();
  }

  @Test
  void wrongPassword_ofAHash_costsWhatAStrangerCosts() {
    for (AuthMethod method : new AuthMethod[] {AuthMethod.PASSWORD, AuthMethod.MD5}) {
      PasswordEncryption md5 = PasswordEncryption.MD5;
      assertThat(rounds(method, md5, MD5)).isEqualTo(rounds(method, md5, null)).isZero();
    }
  }

  @Test
  void scram_withOtherIterations_asksForThemWhoeverItIs() {
    LoginTools tools = tools(PasswordEncryption.SCRAM_SHA_256).withIterations(100);
    for (@Nullable StoredSecret stored : new @Nullable StoredSecret[] {PLAIN, null}) {
      var proxy = new ClientLogin(AuthMethod.SCRAM_SHA_256, USER, stored, TlsIdentity.NONE, tools);
      ServerLogin peer = LoginFixture.server(new Credential.Password(WRONG));
      var offer = (LoginStep.Send) proxy.start();
      var question = (LoginStep.Send) LoginFixture.say(proxy, answer(peer, offer.message()));
      assertThat(question.message().toString()).as("%s", stored).contains(",i=100");
    }
  }
}
