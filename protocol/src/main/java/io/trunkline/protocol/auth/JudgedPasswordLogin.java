package io.trunkline.protocol.auth;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrontendTag;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.WireReader;
import io.trunkline.protocol.message.Authentication;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.protocol.message.FrontendMessage.PasswordMessage;
import io.trunkline.settings.Secret;
import java.util.List;

/// A login with a password in clear text that somebody else decides about, such as a directory. An
/// empty password is never passed on: to a directory it means nobody in particular, who may come in
/// (RFC 4513, section 5.1.2).
@EventLoopConfined
public final class JudgedPasswordLogin implements LoginConversation {
  private final ErrorResponse refusal;
  private State state = new State.Fresh();

  private sealed interface State {
    record Fresh() implements State {}

    record AwaitingPassword() implements State {}

    record AwaitingJudgement(Secret password) implements State {}

    record Ended() implements State {}
  }

  /// @param refusal what a client with a wrong password is told
  public JudgedPasswordLogin(ErrorResponse refusal) {
    this.refusal = refusal;
  }

  @Override
  public LoginStep start() {
    if (!(state instanceof State.Fresh)) {
      throw new IllegalStateException("start in " + state);
    }
    state = new State.AwaitingPassword();
    return new LoginStep.Send(new Authentication.AuthenticationCleartextPassword());
  }

  @Override
  public LoginStep onMessage(byte tag, ByteBuf body) {
    try {
      if (!(state instanceof State.AwaitingPassword)) {
        throw new ProtocolViolation(
            "unexpected message %s during login".formatted(WireReader.quote(tag)));
      } else if (tag != FrontendTag.PASSWORD) {
        throw new ProtocolViolation(
            "expected password response, got message %s".formatted(WireReader.quote(tag)));
      }
      Secret password = PasswordMessage.decode(body).password();
      if (password.reveal().isEmpty()) {
        return failed(LoginErrors.emptyPassword(), "empty password");
      }
      state = new State.AwaitingJudgement(password);
      return new LoginStep.Ask(password);
    } catch (ProtocolViolation violation) {
      String what = String.valueOf(violation.getMessage());
      return failed(LoginErrors.violation(what), what);
    }
  }

  @Override
  public LoginStep onJudged(Judgement judgement) {
    return switch (state) {
      case State.AwaitingJudgement(Secret password) ->
          switch (judgement) {
            case Judgement.Right() -> {
              state = new State.Ended();
              yield new LoginStep.Done(
                  new Credential.Password(password),
                  List.of(new Authentication.AuthenticationOk()));
            }
            case Judgement.Wrong(String reason) -> failed(refusal, reason);
          };
      case State.Ended() -> failed(refusal, "the login has ended");
      case State.Fresh _, State.AwaitingPassword _ ->
          throw new IllegalStateException("onJudged in " + state);
    };
  }

  private LoginStep failed(ErrorResponse error, String reason) {
    state = new State.Ended();
    return new LoginStep.Failed(error, reason);
  }
}
