package io.trunkline.protocol.auth;

import static io.trunkline.protocol.auth.LoginFixture.END_POINT;
import static io.trunkline.protocol.auth.LoginFixture.MD5;
import static io.trunkline.protocol.auth.LoginFixture.PASSWORD;
import static io.trunkline.protocol.auth.LoginFixture.PLAIN;
import static io.trunkline.protocol.auth.LoginFixture.SALTING;
import static io.trunkline.protocol.auth.LoginFixture.SCRAM;
import static io.trunkline.protocol.auth.LoginFixture.USER;
import static io.trunkline.protocol.auth.LoginFixture.WRONG;
import static io.trunkline.protocol.auth.LoginFixture.client;
import static io.trunkline.protocol.auth.LoginFixture.server;
import static io.trunkline.protocol.auth.LoginFixture.talk;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.auth.LoginFixture.Outcome;
import io.trunkline.settings.Secret;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Our two logins with each other, in every mechanism.
class LoginInteropTest {
  private static final TlsIdentity TLS = new TlsIdentity(END_POINT, List.of());
  private static final Credential TYPED = new Credential.Password(PASSWORD);
  private static final Credential.ScramKeys KEYS = ScramSha256.keys(SALTING.saltedPassword());

  private static final String REFUSAL = "password authentication failed for user \"app\"";

  private static void assertDone(Outcome outcome, Credential learned) {
    assertThat(outcome.client()).isInstanceOf(LoginStep.Done.class);
    assertThat(((LoginStep.Done) outcome.client()).credential()).isEqualTo(learned);
    assertThat(outcome.server()).isInstanceOf(ServerLoginStep.Done.class);
  }

  private static void assertRefused(Outcome outcome) {
    LoginStep.Failed failed = (LoginStep.Failed) outcome.client();
    assertThat(failed.error().message()).isEqualTo(REFUSAL);
    assertThat(failed.error().sqlState()).isEqualTo("28P01");
    ServerLoginStep.Failed seen = (ServerLoginStep.Failed) outcome.server();
    assertThat(seen.error()).isEqualTo(failed.error());
    assertThat(seen.reason()).isEqualTo("server refused the login: FATAL 28P01 " + REFUSAL);
  }

  private static String failure(Outcome outcome) {
    return ((ServerLoginStep.Failed) outcome.server()).reason();
  }

  @Test
  void plain_everyMethod_letsInAndKeepsThePassword() {
    for (AuthMethod method :
        EnumSet.of(AuthMethod.PASSWORD, AuthMethod.MD5, AuthMethod.SCRAM_SHA_256)) {
      assertDone(talk(client(method, PLAIN), server(TYPED)), TYPED);
    }
  }

  @Test
  void md5_passwordAndMd5_letIn() {
    Credential hash = new Credential.Md5Hash(((StoredSecret.Md5) MD5).hash());
    assertDone(talk(client(AuthMethod.PASSWORD, MD5), server(TYPED)), TYPED);
    assertDone(talk(client(AuthMethod.MD5, MD5), server(TYPED)), hash);
    assertDone(talk(client(AuthMethod.MD5, MD5), server(hash)), hash);
  }

  @Test
  void scram_everyMethod_letsIn() {
    assertDone(talk(client(AuthMethod.PASSWORD, SCRAM), server(TYPED)), TYPED);
    assertDone(talk(client(AuthMethod.MD5, SCRAM), server(TYPED)), KEYS);
    assertDone(talk(client(AuthMethod.SCRAM_SHA_256, SCRAM), server(TYPED)), KEYS);
  }

  @Test
  void scramKeys_learnedFromAClient_letUsInAtAServerWithTheSameVerifier() {
    Outcome learned = talk(client(AuthMethod.SCRAM_SHA_256, SCRAM), server(TYPED));
    Credential keys = ((LoginStep.Done) learned.client()).credential();
    assertDone(talk(client(AuthMethod.SCRAM_SHA_256, SCRAM), server(keys)), KEYS);
    StoredSecret otherSalt =
        new StoredSecret.Scram(
            ScramVerifier.of(new PasswordSalting(PASSWORD, Bytes.of(new byte[16]), 64)));
    assertRefused(talk(client(AuthMethod.SCRAM_SHA_256, otherSalt), server(keys)));
  }

  @Test
  void trust_anybody_isLetIn() {
    Credential none = new Credential.None();
    assertDone(talk(client(AuthMethod.TRUST, null), server(none)), none);
  }

  @Test
  void cert_namesOfTheCertificate_decide() {
    Credential none = new Credential.None();
    TlsIdentity own = new TlsIdentity(END_POINT, List.of("other", USER));
    assertDone(talk(client(AuthMethod.CERT, null, own), server(none)), none);
    TlsIdentity other = new TlsIdentity(END_POINT, List.of("other"));
    assertThat(failure(talk(client(AuthMethod.CERT, null, other), server(none))))
        .endsWith("FATAL 28000 certificate authentication failed for user \"app\"");
    assertThat(failure(talk(client(AuthMethod.CERT, null, TLS), server(none))))
        .endsWith("FATAL 28000 connection requires a valid client certificate");
  }

  @ParameterizedTest
  @EnumSource(names = {"PASSWORD", "MD5", "SCRAM_SHA_256"})
  void wrongPasswordAndUnknownUser_anyMethod_getTheSameMessages(AuthMethod method) {
    Credential wrong = new Credential.Password(WRONG);
    assertRefused(talk(client(method, PLAIN), server(wrong)));
    assertRefused(talk(client(method, SCRAM), server(wrong)));
    assertRefused(talk(client(method, MD5), server(wrong)));
    assertRefused(talk(client(method, null), server(wrong)));
    assertRefused(talk(client(method, StoredSecret.parse(Secret.of(""))), server(wrong)));
  }

  @Test
  void scramMethod_md5Secret_refusesTheRightPassword() {
    assertRefused(talk(client(AuthMethod.SCRAM_SHA_256, MD5), server(TYPED)));
  }

  @Test
  void plus_offeredAndTaken_letsIn() {
    for (ChannelBinding binding : ChannelBinding.values()) {
      ServerLoginPolicy policy = new ServerLoginPolicy(binding, ServerLoginPolicy.ANY.allowed());
      assertDone(
          talk(client(AuthMethod.SCRAM_SHA_256, SCRAM, TLS), server(TYPED, END_POINT, policy)),
          KEYS);
    }
  }

  @Test
  void plus_otherCertificate_isAManInTheMiddle() {
    Bytes other = Bytes.of(LoginFixture.bytes(32, 8));
    Outcome outcome =
        talk(
            client(AuthMethod.SCRAM_SHA_256, SCRAM, TLS),
            server(TYPED, other, ServerLoginPolicy.ANY));
    assertThat(failure(outcome)).endsWith("FATAL 08P01 SCRAM channel binding check failed");
  }

  @Test
  void plus_notOffered_isFineUnlessRequired() {
    ServerLogin preferring = server(TYPED, END_POINT, ServerLoginPolicy.ANY);
    assertDone(talk(client(AuthMethod.SCRAM_SHA_256, SCRAM), preferring), KEYS);
    ServerLogin requiring = server(TYPED, END_POINT, requireBinding());
    assertThat(failure(talk(client(AuthMethod.SCRAM_SHA_256, SCRAM), requiring)))
        .isEqualTo("channel binding is required and the server or the connection has none");
  }

  private static ServerLoginPolicy requireBinding() {
    return new ServerLoginPolicy(ChannelBinding.REQUIRE, ServerLoginPolicy.ANY.allowed());
  }

  @ParameterizedTest
  @EnumSource(names = {"TRUST", "PASSWORD", "MD5"})
  void bindingRequired_serverAsksForLess_isRefused(AuthMethod method) {
    StoredSecret stored = method == AuthMethod.MD5 ? MD5 : PLAIN;
    ServerLogin login = server(TYPED, END_POINT, requireBinding());
    assertThat(failure(talk(client(method, stored), login)))
        .startsWith("channel binding is required");
  }

  @Test
  void noCleartext_serverAsksForThePassword_isRefusedBeforeAnythingIsSent() {
    ServerLogin login =
        server(
            TYPED,
            null,
            new ServerLoginPolicy(
                ChannelBinding.PREFER,
                EnumSet.complementOf(EnumSet.of(ServerAuthMethod.PASSWORD))));
    assertThat(failure(talk(client(AuthMethod.PASSWORD, PLAIN), login)))
        .isEqualTo("server asks for method PASSWORD, allowed are [NONE, MD5, SCRAM_SHA_256]");
  }

  @ParameterizedTest
  @EnumSource(names = {"TRUST", "PASSWORD", "MD5", "SCRAM_SHA_256"})
  void nothingAllowed_serverAsksForAnything_isRefused(AuthMethod method) {
    ServerLogin login = server(TYPED, null, new ServerLoginPolicy(ChannelBinding.PREFER, Set.of()));
    assertThat(failure(talk(client(method, PLAIN), login))).startsWith("server asks for method");
  }

  @Test
  void credential_thatCannotServe_saysWhatThereIs() {
    Credential none = new Credential.None();
    Credential hash = new Credential.Md5Hash(((StoredSecret.Md5) MD5).hash());
    assertThat(failure(talk(client(AuthMethod.PASSWORD, PLAIN), server(KEYS))))
        .isEqualTo("server asks for the password in clear text, there is SCRAM keys for the user");
    assertThat(failure(talk(client(AuthMethod.MD5, MD5), server(none))))
        .isEqualTo("server asks for md5, there is no password for the user");
    assertThat(failure(talk(client(AuthMethod.MD5, MD5), server(KEYS)))).contains("SCRAM keys");
    assertThat(failure(talk(client(AuthMethod.SCRAM_SHA_256, SCRAM), server(hash))))
        .isEqualTo("server asks for scram-sha-256, there is an md5 hash for the user");
  }
}
