package io.trunkline.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.settings.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The example of RFC 7677, section 3, from both sides; then what is not an example of anything.
class ScramSha256Test {
  private static final String CLIENT_NONCE = "rOprNGfwEbeRWgbNEkqO";
  private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  private static final String CLIENT_FIRST = "n,,n=user,r=" + CLIENT_NONCE;
  private static final String SALT = "W22ZaJ0SNY7soEsUEjb6gQ==";
  private static final String SERVER_FIRST =
      "r=" + CLIENT_NONCE + SERVER_NONCE + ",s=" + SALT + ",i=4096";
  private static final String PROOF = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
  private static final String CLIENT_FINAL =
      "c=biws,r=" + CLIENT_NONCE + SERVER_NONCE + ",p=" + PROOF;
  private static final String SERVER_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

  private static final PasswordSalting SALTING =
      new PasswordSalting(Secret.of("pencil"), ScramSha256.unbase64(SALT).orElseThrow(), 4096);
  private static final Bytes END_POINT = LoginFixture.END_POINT;

  private static ScramClient exampleClient() {
    return new ScramClient(ScramClient.NOT_SUPPORTED, null, "user", CLIENT_NONCE);
  }

  private static ScramServer.Challenge challenge(String clientFirst) {
    return ScramServer.challenge(
        ScramMechanism.SCRAM_SHA_256,
        null,
        clientFirst,
        new ScramServer.Question(SERVER_NONCE, SALTING.salt(), 4096));
  }

  private static ScramServer.Challenge plusChallenge(String clientFirst) {
    return ScramServer.challenge(
        ScramMechanism.SCRAM_SHA_256_PLUS,
        END_POINT,
        clientFirst,
        new ScramServer.Question(SERVER_NONCE, SALTING.salt(), 4096));
  }

  @Test
  void client_exampleOfTheRfc_saysTheSame() {
    ScramClient client = exampleClient();
    assertThat(client.clientFirst()).isEqualTo(CLIENT_FIRST);
    ScramClient.Challenge challenge = client.challenge(SERVER_FIRST);
    assertThat(challenge.salt()).isEqualTo(SALTING.salt());
    assertThat(challenge.iterations()).isEqualTo(4096);
    ScramClient.Answer answer = challenge.answer(ScramSha256.keys(SALTING.saltedPassword()));
    assertThat(answer.clientFinal()).isEqualTo(CLIENT_FINAL);
    assertThat(answer.isConfirmedBy(SERVER_FINAL)).isTrue();
    assertThat(answer.isConfirmedBy(SERVER_FINAL.replace('6', '7'))).isFalse();
  }

  @Test
  void server_exampleOfTheRfc_saysTheSameAndLearnsTheClientKey() {
    ScramServer.Challenge challenge = challenge(CLIENT_FIRST);
    assertThat(challenge.serverFirst()).isEqualTo(SERVER_FIRST);
    ScramServer.Proof proof = challenge.proof(CLIENT_FINAL);
    ScramVerifier verifier = ScramVerifier.of(SALTING);
    assertThat(proof.clientKey(verifier.storedKey()))
        .contains(ScramSha256.clientKey(SALTING.saltedPassword()));
    assertThat(proof.serverFinal(verifier.serverKey())).isEqualTo(SERVER_FINAL);
    assertThat(proof.clientKey(verifier.serverKey())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "n",
        "n,",
        "n,,",
        "n,,r=x,n=u",
        "n,,n=u",
        "n,,n=u,r=",
        "n,,n=u,r=a b",
        "n,,n=u,r=\u0001",
        "n,,n=u,r=\u00e9",
        "n,,n=u,r=x,",
        "n,,n=u,r=x,garbage",
        "n,a=admin,n=u,r=x",
        "n,x,n=u,r=x",
        "n,,m=ext,n=u,r=x",
        "q,,n=u,r=x",
        "p=tls-server-end-point,,n=u,r=x",
        "p=,,n=u,r=x",
        "nn,,n=u,r=x"
      })
  void challenge_malformedClientFirst_isAViolation(String clientFirst) {
    assertThatThrownBy(() -> challenge(clientFirst)).isInstanceOf(ProtocolViolation.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"n,,n=,r=x", "y,,n=user,r=x", "n,,n=u,r=x,z=extension"})
  void challenge_wellFormedClientFirst_isAnswered(String clientFirst) {
    assertThat(challenge(clientFirst).nonce()).isEqualTo("x" + SERVER_NONCE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "n,,n=,r=x",
        "y,,n=,r=x",
        "p=tls-unique,,n=,r=x",
        "p=tls-server-end-pointx,,n=,r=x"
      })
  void challenge_plusWithoutItsBinding_isAViolation(String clientFirst) {
    assertThatThrownBy(() -> plusChallenge(clientFirst)).isInstanceOf(ProtocolViolation.class);
  }

  @Test
  void challenge_clientWasToldNoPlusWhereItIsOffered_isADowngrade() {
    assertThatThrownBy(() ->
            ScramServer.challenge(
                ScramMechanism.SCRAM_SHA_256,
                END_POINT,
                "y,,n=,r=x",
                new ScramServer.Question("n", SALTING.salt(), 1)))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessageStartingWith("SCRAM channel binding negotiation error");
  }

  @Test
  void challenge_nonceAtAndBeyondTheBound_isReadAndRefused() {
    assertThat(challenge("n,,n=,r=" + "x".repeat(256)).nonce()).startsWith("xxx");
    assertThatThrownBy(() -> challenge("n,,n=,r=" + "x".repeat(257)))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessageContaining("invalid nonce");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "c=biws",
        "r=NONCE,c=biws,p=PROOF",
        "c=biws,r=NONCE",
        "c=biws,p=PROOF",
        "c=eSws,r=NONCE,p=PROOF",
        "c=biws,r=other,p=PROOF",
        "c=biws,r=NONCEx,p=PROOF",
        "c=biws,r=NONCE,p=PROOF,",
        "c=biws,r=NONCE,p=PROOF,x=more",
        "c=biws,r=NONCE,p=",
        "c=biws,r=NONCE,p=AAAA",
        "c=biws,r=NONCE,p=###=",
        "c=biws,r=NONCE,junk,p=PROOF",
        "c=biws,c=biws,r=NONCE,p=PROOF"
      })
  void proof_malformedClientFinal_isAViolation(String template) {
    String clientFinal =
        template.replace("NONCE", CLIENT_NONCE + SERVER_NONCE).replace("PROOF", PROOF);
    ScramServer.Challenge challenge = challenge(CLIENT_FIRST);
    assertThatThrownBy(() -> challenge.proof(clientFinal)).isInstanceOf(ProtocolViolation.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "r=NONCEx",
        "r=NONCEx,s=AAAA",
        "s=AAAA,r=NONCEx,i=1",
        "m=x,r=NONCEx,s=AAAA,i=1",
        "r=NONCE,s=AAAA,i=1",
        "r=other,s=AAAA,i=1",
        "r=NONCEx,s=,i=1",
        "r=NONCEx,s=AAA,i=1",
        "r=NONCEx,s=####,i=1",
        "r=NONCEx,s=AAAA,i=",
        "r=NONCEx,s=AAAA,i=0",
        "r=NONCEx,s=AAAA,i=-1",
        "r=NONCEx,s=AAAA,i=01",
        "r=NONCEx,s=AAAA,i=1000001",
        "r=NONCEx,s=AAAA,i=99999999999999999999",
        "r=NONCEx,s=AAAA,i=1,junk",
        "e=other-error"
      })
  void clientChallenge_malformedServerFirst_isAViolation(String template) {
    String serverFirst = template.replace("NONCE", CLIENT_NONCE);
    assertThatThrownBy(() -> exampleClient().challenge(serverFirst))
        .isInstanceOf(ProtocolViolation.class);
  }

  @Test
  void clientChallenge_iterationsAtTheBound_isRead() {
    String serverFirst = "r=" + CLIENT_NONCE + "x,s=AAAA,i=1000000";
    assertThat(exampleClient().challenge(serverFirst).iterations()).isEqualTo(1_000_000);
  }

  @Test
  void clientChallenge_hugeMessage_isAViolation() {
    String serverFirst = "r=" + CLIENT_NONCE + "x,s=AAAA,i=1,x=" + "y".repeat(5000);
    assertThatThrownBy(() -> exampleClient().challenge(serverFirst))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessageContaining("4096");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "v=", "v=###", "x=y", "e=invalid-proof", "v=AAAA,junk"})
  void isConfirmedBy_noSignature_isAViolationOrFalse(String serverFinal) {
    ScramClient.Answer answer =
        exampleClient()
            .challenge(SERVER_FIRST)
            .answer(ScramSha256.keys(Bytes.of(LoginFixture.bytes(32, 1))));
    try {
      assertThat(answer.isConfirmedBy(serverFinal)).isFalse();
    } catch (ProtocolViolation expected) {
      assertThat(expected).hasMessageContaining("SCRAM");
    }
  }
}
