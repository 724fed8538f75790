package io.trunkline.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.trunkline.protocol.message.Authentication;
import io.trunkline.settings.Secret;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A token on its way: RFC 7628 and what PostgreSQL 18 makes of it.
class BearerLoginTest {
  private static final String WHERE = "{\"status\":\"invalid_token\"}";

  private final BearerLogin login = new BearerLogin(WHERE, LoginErrors.oauth("alice"));

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text.replace('|', '\u0001'), StandardCharsets.UTF_8);
  }

  private LoginStep initial(String data) {
    ByteBuf body = Unpooled.buffer();
    ByteBuf text = bytes(data);
    body.writeBytes(bytes("OAUTHBEARER")).writeByte(0).writeInt(text.readableBytes());
    return login.onMessage((byte) 'p', body.writeBytes(text));
  }

  private LoginStep say(String data) {
    return login.onMessage((byte) 'p', bytes(data));
  }

  private static String sqlState(LoginStep step) {
    return step instanceof LoginStep.Failed(var error, _) ? error.sqlState() : step.toString();
  }

  @Test
  void login_goodToken_isDone() {
    assertThat(login.start())
        .isEqualTo(
            new LoginStep.Send(new Authentication.AuthenticationSASL(List.of("OAUTHBEARER"))));
    assertThat(initial("n,,|auth=Bearer a.b-c_d~e+f/g==||"))
        .isEqualTo(new LoginStep.Ask(Secret.of("a.b-c_d~e+f/g==")));
    assertThat(login.onJudged(new Judgement.Right()))
        .isEqualTo(
            new LoginStep.Done(
                new Credential.None(), List.of(new Authentication.AuthenticationOk())));
  }

  @Test
  void login_badToken_isToldWhereToGetOne() {
    login.start();
    initial("y,,|host=x|port=5|auth=bearer abc||");
    assertThat(login.onJudged(new Judgement.Wrong("expired")))
        .isEqualTo(new LoginStep.Send(new Authentication.AuthenticationSASLContinue(WHERE)));
    assertThat(say("|")).isEqualTo(new LoginStep.Failed(LoginErrors.oauth("alice"), "expired"));
    assertThat(sqlState(say("|"))).isEqualTo("08P01");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = ';',
      value = {
        "n,,|auth=||",
        "n,,|auth=Basic abc||",
        "n,,|auth=Bearer||",
        "n,,|auth=Bearer ||",
        "n,,|auth=Bearer a b||",
        "n,,|auth=Bearer =||"
      })
  void login_noToken_isToldWhereToGetOne(String data) {
    login.start();
    assertThat(initial(data))
        .isEqualTo(new LoginStep.Send(new Authentication.AuthenticationSASLContinue(WHERE)));
    assertThat(sqlState(say("x"))).isEqualTo("08P01");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = ';',
      value = {
        "``",
        "n",
        "n,,",
        "n,,|",
        "n,,||",
        "n,,|auth=Bearer a|",
        "n,,|auth=Bearer a",
        "p=tls-exporter,,|auth=Bearer a||",
        "n,a=bob,|auth=Bearer a||",
        "x,,|auth=Bearer a||",
        "n,,|auth=Bearer a|auth=Bearer b||",
        "n,,|=x|auth=Bearer a||",
        "n,,|a1=x|auth=Bearer a||"
      })
  void login_malformed_isAViolation(String data) {
    login.start();
    assertThat(sqlState(initial(data))).isEqualTo("08P01");
    assertThat(sqlState(say("n,,|auth=Bearer a||"))).isEqualTo("08P01");
  }

  @Test
  void login_emptyFirst_continues() {
    login.start();
    ByteBuf body = Unpooled.buffer();
    body.writeBytes(bytes("OAUTHBEARER")).writeByte(0).writeInt(-1);
    assertThat(login.onMessage((byte) 'p', body))
        .isEqualTo(new LoginStep.Send(new Authentication.AuthenticationSASLContinue("")));
    assertThat(say("n,,|auth=Bearer a||")).isInstanceOf(LoginStep.Ask.class);
    assertThat(sqlState(say("n,,|auth=Bearer a||"))).isEqualTo("08P01");
    assertThat(login.onJudged(new Judgement.Right())).isInstanceOf(LoginStep.Failed.class);
  }

  @Test
  void login_otherMechanismOrMessage_isAViolation() {
    login.start();
    ByteBuf body = Unpooled.buffer();
    body.writeBytes(bytes("SCRAM-SHA-256")).writeByte(0).writeInt(-1);
    assertThat(sqlState(login.onMessage((byte) 'p', body))).isEqualTo("08P01");
    assertThat(sqlState(login.onMessage((byte) 'Q', bytes("SELECT 1")))).isEqualTo("08P01");
  }

  @Test
  void onJudged_nobodyAsked_isOurBug() {
    login.start();
    assertThatThrownBy(() -> login.onJudged(new Judgement.Right()))
        .isInstanceOf(IllegalStateException.class);
  }
}
