package io.trunkline.protocol.auth;

import static io.trunkline.protocol.auth.LoginFixture.PASSWORD;
import static io.trunkline.protocol.auth.LoginFixture.PLAIN;
import static io.trunkline.protocol.auth.LoginFixture.SCRAM;
import static io.trunkline.protocol.auth.LoginFixture.client;
import static io.trunkline.protocol.auth.LoginFixture.say;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.protocol.auth.MockAuthentication.PasswordEncryption;
import io.trunkline.protocol.message.Authentication.AuthenticationMD5Password;
import io.trunkline.protocol.message.Authentication.AuthenticationSASL;
import io.trunkline.protocol.message.Authentication.AuthenticationSASLContinue;
import io.trunkline.protocol.message.FrontendMessage.PasswordMessage;
import io.trunkline.protocol.message.FrontendMessage.SASLInitialResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientLoginTest {
  private static final TlsIdentity TLS = TlsIdentity.of(LoginFixture.bytes(32, 7), List.of());

  private static List<String> offered(ClientLogin login) {
    LoginStep.Send sent = (LoginStep.Send) login.start();
    return ((AuthenticationSASL) sent.message()).mechanisms();
  }

  /// What a stranger sees of a user: salt and iterations.
  private static String challenge(ClientLogin login) {
    offered(login);
    LoginStep.Send sent =
        (LoginStep.Send) say(login, new SASLInitialResponse("SCRAM-SHA-256", "n,,n=,r=x"));
    String serverFirst = ((AuthenticationSASLContinue) sent.message()).data();
    return serverFirst.substring(serverFirst.indexOf(','));
  }

  @Test
  void start_withAndWithoutTls_offersWhatTheConnectionCan() {
    assertThat(offered(client(AuthMethod.SCRAM_SHA_256, SCRAM))).containsExactly("SCRAM-SHA-256");
    assertThat(offered(client(AuthMethod.SCRAM_SHA_256, SCRAM, TLS)))
        .containsExactly("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256");
    assertThat(offered(client(AuthMethod.SCRAM_SHA_256, SCRAM, TlsIdentity.of(null, List.of()))))
        .containsExactly("SCRAM-SHA-256");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-1", "", "scram-sha-256"})
  void mechanism_notOffered_isAViolation(String mechanism) {
    ClientLogin login = client(AuthMethod.SCRAM_SHA_256, SCRAM);
    login.start();
    LoginStep step = say(login, new SASLInitialResponse(mechanism, "n,,n=,r=x"));
    assertThat(((LoginStep.Failed) step).error().message())
        .isEqualTo("client selected an invalid SASL authentication mechanism");
  }

  @Test
  void unknownUser_askedTwice_hasOneSaltThatLooksLikeAnyOther() {
    LoginTools tools = LoginFixture.tools();
    String first = challenge(stranger("nobody", tools));
    assertThat(challenge(stranger("nobody", tools))).isEqualTo(first);
    assertThat(challenge(stranger("nobody2", tools))).isNotEqualTo(first).hasSameSizeAs(first);
    assertThat(challenge(client(AuthMethod.SCRAM_SHA_256, SCRAM))).hasSameSizeAs(first);
    assertThat(challenge(client(AuthMethod.SCRAM_SHA_256, PLAIN))).hasSameSizeAs(first);
  }

  private static ClientLogin stranger(String user, LoginTools tools) {
    return new ClientLogin(AuthMethod.SCRAM_SHA_256, user, null, TlsIdentity.NONE, tools);
  }

  @Test
  void unknownUser_md5Method_isAskedAsTheOthersAre() {
    assertThat(md5Question(PasswordEncryption.SCRAM_SHA_256))
        .isInstanceOf(AuthenticationSASL.class);
    assertThat(md5Question(PasswordEncryption.MD5)).isInstanceOf(AuthenticationMD5Password.class);
  }

  private static Object md5Question(PasswordEncryption encryption) {
    LoginTools tools = LoginFixture.tools(encryption);
    ClientLogin login = new ClientLogin(AuthMethod.MD5, "nobody", null, TlsIdentity.NONE, tools);
    return ((LoginStep.Send) login.start()).message();
  }

  @Test
  void plain_secondScramLogin_computesNothing() {
    LoginTools tools = LoginFixture.tools();
    assertThat(computations(tools)).isEqualTo(1);
    assertThat(computations(tools)).isZero();
  }

  private static int computations(LoginTools tools) {
    ClientLogin login = new ClientLogin(AuthMethod.PASSWORD, "app", SCRAM, TlsIdentity.NONE, tools);
    login.start();
    LoginStep step = say(login, new PasswordMessage(PASSWORD));
    if (step instanceof LoginStep.Compute(PasswordSalting salting)) {
      assertThat(login.onComputed(salting.saltedPassword())).isInstanceOf(LoginStep.Done.class);
      return 1;
    }
    assertThat(step).isInstanceOf(LoginStep.Done.class);
    return 0;
  }

  @Test
  void wrongPassword_salted_isNotRemembered() {
    LoginTools tools = LoginFixture.tools();
    ClientLogin login = new ClientLogin(AuthMethod.PASSWORD, "app", SCRAM, TlsIdentity.NONE, tools);
    login.start();
    LoginStep.Compute compute =
        (LoginStep.Compute) say(login, new PasswordMessage(LoginFixture.WRONG));
    login.onComputed(compute.salting().saltedPassword());
    assertThat(tools.saltedPasswords().get(compute.salting())).isNull();
  }

  @Test
  void failed_userMissingOrPasswordWrong_tellsTheLogAlone() {
    assertThat(reason(null)).isEqualTo("no such user, or no password");
    assertThat(reason(PLAIN)).isEqualTo("wrong password");
  }

  private static String reason(StoredSecret stored) {
    LoginTools tools = LoginFixture.tools(PasswordEncryption.MD5);
    ClientLogin login =
        new ClientLogin(AuthMethod.PASSWORD, "app", stored, TlsIdentity.NONE, tools);
    login.start();
    LoginStep.Failed failed =
        (LoginStep.Failed) say(login, new PasswordMessage(LoginFixture.WRONG));
    assertThat(failed.error().message()).doesNotContain(failed.reason());
    return failed.reason();
  }
}
