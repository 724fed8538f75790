package io.trunkline.protocol.auth;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrontendTag;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.WireReader;
import io.trunkline.protocol.message.Authentication;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.protocol.message.FrontendMessage.SASLInitialResponse;
import io.trunkline.protocol.message.FrontendMessage.SASLResponse;
import io.trunkline.settings.Secret;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A login with a token, about which somebody else decides: SASL's mechanism OAUTHBEARER, as
/// PostgreSQL 18 speaks it. A client that has no token, or no good one, is told where to get one,
/// answers that with one byte, and is refused: it comes again with a token.
///
/// RFC 7628; PostgreSQL docs, "SASL Authentication"; `auth-oauth.c`.
@EventLoopConfined
public final class BearerLogin implements LoginConversation {
  /// The mechanism's name.
  public static final String MECHANISM = "OAUTHBEARER";

  private static final char SEPARATOR = '\u0001';
  private static final String KEY = "auth=";
  private static final Pattern SCHEME = Pattern.compile("(?i)Bearer +");

  /// RFC 6750, section 2.1: b64token.
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private final String refusal;
  private final ErrorResponse error;
  private State state = new State.Fresh();

  private sealed interface State {
    record Fresh() implements State {}

    record AwaitingMechanism() implements State {}

    record AwaitingFirst() implements State {}

    record AwaitingJudgement() implements State {}

    /// The client has been told where to get a token.
    record AwaitingEnd(String reason) implements State {}

    record Ended() implements State {}
  }

  /// @param refusal the JSON text that tells where to get a token (RFC 7628, section 3.2.2)
  /// @param error what ends the login then
  public BearerLogin(String refusal, ErrorResponse error) {
    this.refusal = refusal;
    this.error = error;
  }

  @Override
  public LoginStep start() {
    if (!(state instanceof State.Fresh)) {
      throw new IllegalStateException("start in " + state);
    }
    state = new State.AwaitingMechanism();
    return new LoginStep.Send(new Authentication.AuthenticationSASL(List.of(MECHANISM)));
  }

  @Override
  public LoginStep onMessage(byte tag, ByteBuf body) {
    try {
      if (tag != FrontendTag.PASSWORD) {
        throw new ProtocolViolation(
            "expected SASL response, got message %s".formatted(WireReader.quote(tag)));
      }
      return switch (state) {
        case State.AwaitingMechanism() -> onInitial(SASLInitialResponse.decode(body));
        case State.AwaitingFirst() -> onFirst(SASLResponse.decode(body).data());
        case State.AwaitingEnd(String reason) -> onEnd(SASLResponse.decode(body).data(), reason);
        case State.Fresh _, State.AwaitingJudgement _, State.Ended _ ->
            throw new ProtocolViolation(
                "unexpected message %s during login".formatted(WireReader.quote(tag)));
      };
    } catch (ProtocolViolation violation) {
      String what = String.valueOf(violation.getMessage());
      return failed(LoginErrors.violation(what), what);
    }
  }

  private LoginStep onInitial(SASLInitialResponse initial) {
    if (!initial.mechanism().equals(MECHANISM)) {
      throw new ProtocolViolation("client selected an invalid SASL authentication mechanism");
    }
    String data = initial.data();
    if (data == null) {
      state = new State.AwaitingFirst();
      return new LoginStep.Send(new Authentication.AuthenticationSASLContinue(""));
    }
    return onFirst(data);
  }

  private LoginStep onFirst(String data) {
    String value = authorization(data);
    if (value.isEmpty()) {
      return refuse("no token: the client asks where to get one");
    }
    String token = token(value);
    if (token == null) {
      return refuse("no bearer token");
    }
    state = new State.AwaitingJudgement();
    return new LoginStep.Ask(Secret.of(token));
  }

  /// The value of the key `auth`, between the header of GS2 and the end.
  private static String authorization(String data) {
    int header = data.indexOf(SEPARATOR);
    String gs2 = header < 0 ? data : data.substring(0, header);
    if (gs2.startsWith("p=")) {
      throw malformed("channel binding is not possible with a token");
    } else if (gs2.startsWith("n,a=") || gs2.startsWith("y,a=")) {
      throw malformed("an authorization identity is not supported");
    } else if (!gs2.equals("n,,") && !gs2.equals("y,,")) {
      throw malformed("a header is missing");
    } else if (!data.endsWith("\u0001\u0001") && !data.equals(gs2 + SEPARATOR)) {
      throw malformed("the end is missing");
    }
    String found = null;
    for (String pair : data.substring(header + 1).split("\u0001")) {
      if (pair.startsWith(KEY)) {
        if (found != null) {
          throw malformed("auth is there twice");
        }
        found = pair.substring(KEY.length());
      } else if (!pair.isEmpty() && !pair.matches("[A-Za-z]+=[\\x20-\\x7E\\t\\r\\n]*")) {
        throw malformed("something is no key and value");
      }
    }
    if (found == null) {
      throw malformed("auth is missing");
    }
    return found;
  }

  private static ProtocolViolation malformed(String how) {
    return new ProtocolViolation("malformed OAUTHBEARER message: " + how);
  }

  private static @Nullable String token(String value) {
    var scheme = SCHEME.matcher(value);
    String token = scheme.lookingAt() ? value.substring(scheme.end()) : "";
    return TOKEN.matcher(token).matches() ? token : null;
  }

  @Override
  public LoginStep onJudged(Judgement judgement) {
    return switch (state) {
      case State.AwaitingJudgement() ->
          switch (judgement) {
            case Judgement.Right() -> {
              state = new State.Ended();
              yield new LoginStep.Done(
                  new Credential.None(), List.of(new Authentication.AuthenticationOk()));
            }
            case Judgement.Wrong(String reason) -> refuse(reason);
          };
      case State.Ended() -> failed(error, "the login has ended");
      case State.Fresh _, State.AwaitingMechanism _, State.AwaitingFirst _, State.AwaitingEnd _ ->
          throw new IllegalStateException("onJudged in " + state);
    };
  }

  private LoginStep refuse(String reason) {
    state = new State.AwaitingEnd(reason);
    return new LoginStep.Send(new Authentication.AuthenticationSASLContinue(refusal));
  }

  private LoginStep onEnd(String data, String reason) {
    if (!data.equals(String.valueOf(SEPARATOR))) {
      throw malformed("one byte was expected");
    }
    return failed(error, reason);
  }

  private LoginStep failed(ErrorResponse error, String reason) {
    state = new State.Ended();
    return new LoginStep.Failed(error, reason);
  }
}
