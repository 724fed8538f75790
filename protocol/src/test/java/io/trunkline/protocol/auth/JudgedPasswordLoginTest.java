package io.trunkline.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.trunkline.protocol.message.Authentication;
import io.trunkline.settings.Secret;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JudgedPasswordLoginTest {
  private final JudgedPasswordLogin login = new JudgedPasswordLogin(LoginErrors.ldap("alice"));

  @BeforeEach
  void start() {
    assertThat(login.start())
        .isEqualTo(new LoginStep.Send(new Authentication.AuthenticationCleartextPassword()));
  }

  private LoginStep say(char tag, String text) {
    ByteBuf body = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8).writeByte(0);
    return login.onMessage((byte) tag, body);
  }

  private static String sqlState(LoginStep step) {
    return step instanceof LoginStep.Failed(var error, _) ? error.sqlState() : step.toString();
  }

  @Test
  void login_right_leavesThePassword() {
    assertThat(say('p', "secret")).isEqualTo(new LoginStep.Ask(Secret.of("secret")));
    assertThat(login.onJudged(new Judgement.Right()))
        .isEqualTo(
            new LoginStep.Done(
                new Credential.Password(Secret.of("secret")),
                List.of(new Authentication.AuthenticationOk())));
  }

  @Test
  void login_wrong_isRefused() {
    say('p', "secret");
    assertThat(login.onJudged(new Judgement.Wrong("says who")))
        .isEqualTo(new LoginStep.Failed(LoginErrors.ldap("alice"), "says who"));
  }

  /// An empty password would let in anybody, by many a directory.
  @Test
  void login_emptyPassword_isAskedOfNobody() {
    assertThat(sqlState(say('p', ""))).isEqualTo("28P01");
  }

  @Test
  void login_otherMessages_areViolations() {
    assertThat(sqlState(say('Q', "SELECT 1"))).isEqualTo("08P01");
    assertThat(sqlState(say('p', "secret"))).isEqualTo("08P01");
  }

  @Test
  void login_messageWhileJudged_endsIt() {
    say('p', "secret");
    assertThat(sqlState(say('p', "another"))).isEqualTo("08P01");
    assertThat(sqlState(login.onJudged(new Judgement.Right()))).isEqualTo("28000");
  }

  @Test
  void onJudged_nobodyAsked_isOurBug() {
    assertThatThrownBy(() -> login.onJudged(new Judgement.Right()))
        .isInstanceOf(IllegalStateException.class);
  }
}
