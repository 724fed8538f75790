package io.trunkline.protocol.auth;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.BackendTag;
import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.ProtocolVersion;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.WireReader;
import io.trunkline.protocol.message.Authentication;
import io.trunkline.protocol.message.Authentication.AuthenticationCleartextPassword;
import io.trunkline.protocol.message.Authentication.AuthenticationMD5Password;
import io.trunkline.protocol.message.Authentication.AuthenticationOk;
import io.trunkline.protocol.message.Authentication.AuthenticationSASL;
import io.trunkline.protocol.message.Authentication.AuthenticationSASLContinue;
import io.trunkline.protocol.message.Authentication.AuthenticationSASLFinal;
import io.trunkline.protocol.message.Authentication.AuthenticationUnsupported;
import io.trunkline.protocol.message.BackendMessage.NegotiateProtocolVersion;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.protocol.message.FrontendMessage;
import io.trunkline.protocol.message.FrontendMessage.PasswordMessage;
import io.trunkline.protocol.message.FrontendMessage.SASLInitialResponse;
import io.trunkline.protocol.message.FrontendMessage.SASLResponse;
import io.trunkline.settings.Secret;
import org.jspecify.annotations.Nullable;

/// Our own login at a server, from after the StartupMessage to AuthenticationOk: messages in,
/// [ServerLoginStep]s out, no channel.
///
/// Trusts the server with no more than [ServerLoginPolicy] allows: a server that asks for less
/// proof than agreed, or says AuthenticationOk before it has proved its own part of SCRAM, is
/// refused.
///
/// PostgreSQL docs, "Start-up" and "SASL Authentication"; libpq's `fe-auth.c`.
@EventLoopConfined
public final class ServerLogin {
  private final String user;
  private final Credential credential;
  private final ServerLoginPolicy policy;
  private final LoginTools tools;

  /// The `tls-server-end-point` of the server's certificate; null without TLS.
  private final @Nullable Bytes endPoint;

  private ProtocolVersion version;
  private State state = new State.Fresh();

  private sealed interface State {
    /// The server may still lower the protocol version.
    record Fresh() implements State {}

    /// The version is settled; no proof was asked for yet.
    record Negotiated() implements State {}

    /// A password or its md5 was sent: the server answers with AuthenticationOk, or an error.
    record PasswordSent() implements State {}

    record ClientFirstSent(ScramClient scram) implements State {}

    record Salting(PasswordSalting salting, ScramClient.Challenge challenge) implements State {}

    record ClientFinalSent(ScramClient.Answer answer) implements State {}

    /// The server has proved that it knows us.
    record Confirmed() implements State {}

    record Ended() implements State {}
  }

  /// @param requested the version in our StartupMessage
  /// @param endPoint the `tls-server-end-point` of the server's certificate; null without TLS, and
  ///   for a certificate that has none
  public ServerLogin(
      ProtocolVersion requested,
      String user,
      Credential credential,
      @Nullable Bytes endPoint,
      ServerLoginPolicy policy,
      LoginTools tools) {
    this.version = requested;
    this.user = user;
    this.credential = credential;
    this.endPoint = endPoint;
    this.policy = policy;
    this.tools = tools;
  }

  /// The protocol version agreed on: final when the login is done.
  public ProtocolVersion version() {
    return version;
  }

  /// Takes one complete message of the server.
  public ServerLoginStep onMessage(byte tag, ByteBuf body) {
    try {
      if (state instanceof State.Ended) {
        throw new ProtocolViolation(
            "unexpected message %s after the login".formatted(WireReader.quote(tag)));
      }
      return switch (tag) {
        case BackendTag.AUTHENTICATION -> onAuthentication(readAuthentication(body));
        case BackendTag.ERROR_RESPONSE -> refused(ErrorResponse.decode(body));
        case BackendTag.NOTICE_RESPONSE -> new ServerLoginStep.Wait();
        case BackendTag.NEGOTIATE_PROTOCOL_VERSION ->
            onNegotiate(NegotiateProtocolVersion.decode(body));
        default ->
            throw new ProtocolViolation(
                "unexpected message %s during login".formatted(WireReader.quote(tag)));
      };
    } catch (ProtocolViolation violation) {
      return failed(violation.getMessage());
    }
  }

  private static Authentication readAuthentication(ByteBuf body) {
    Authentication message = Authentication.decode(body);
    WireReader.requireEnd(body);
    return message;
  }

  private ServerLoginStep refused(ErrorResponse error) {
    become(new State.Ended());
    String reason =
        "server refused the login: %s %s %s"
            .formatted(error.severity(), error.sqlState(), error.message());
    return new ServerLoginStep.Failed(reason, error);
  }

  private ServerLoginStep onNegotiate(NegotiateProtocolVersion message) {
    ProtocolVersion newest = message.newest();
    if (!(state instanceof State.Fresh)) {
      throw new ProtocolViolation("NegotiateProtocolVersion too late");
    }
    if (!newest.isSupported() || newest.compareTo(version) > 0) {
      throw new ProtocolViolation(
          "server offers protocol %s, %s was asked for".formatted(newest, version));
    }
    if (!message.unrecognizedOptions().isEmpty()) {
      throw new ProtocolViolation(
          "server does not know protocol options " + message.unrecognizedOptions());
    }
    version = newest;
    become(new State.Negotiated());
    return new ServerLoginStep.Wait();
  }

  private ServerLoginStep onAuthentication(Authentication message) {
    return switch (message) {
      case AuthenticationOk _ -> onOk();
      case AuthenticationCleartextPassword _ -> onCleartextPassword();
      case AuthenticationMD5Password(Bytes salt) -> onMd5Password(salt);
      case AuthenticationSASL sasl -> onSasl(sasl);
      case AuthenticationSASLContinue(String data) -> onSaslContinue(data);
      case AuthenticationSASLFinal(String data) -> onSaslFinal(data);
      case AuthenticationUnsupported unsupported ->
          failed("server asks for %s, which is not supported".formatted(unsupported.method()));
    };
  }

  private ServerLoginStep onOk() {
    return switch (state) {
      case State.Fresh _, State.Negotiated _ -> onOkUnasked();
      case State.PasswordSent _, State.Confirmed _ -> {
        become(new State.Ended());
        yield new ServerLoginStep.Done();
      }
      case State.ClientFirstSent _, State.Salting _, State.ClientFinalSent _ ->
          failed("server ended SCRAM without proving that it knows the user");
      case State.Ended _ -> throw new IllegalStateException("message in " + state);
    };
  }

  private ServerLoginStep onOkUnasked() {
    requireAllowed(ServerAuthMethod.NONE);
    become(new State.Ended());
    return new ServerLoginStep.Done();
  }

  private ServerLoginStep onCleartextPassword() {
    requireFirst("AuthenticationCleartextPassword");
    requireAllowed(ServerAuthMethod.PASSWORD);
    return credential instanceof Credential.Password(Secret password)
        ? sendPassword(password)
        : unusable("the password in clear text");
  }

  private ServerLoginStep onMd5Password(Bytes salt) {
    requireFirst("AuthenticationMD5Password");
    requireAllowed(ServerAuthMethod.MD5);
    return switch (credential) {
      case Credential.Password(Secret password) ->
          sendPassword(Md5Password.answer(Md5Password.hash(user, password), salt));
      case Credential.Md5Hash(Secret hash) -> sendPassword(Md5Password.answer(hash, salt));
      case Credential.ScramKeys _, Credential.None _ -> unusable("md5");
    };
  }

  private ServerLoginStep sendPassword(Secret password) {
    become(new State.PasswordSent());
    return new ServerLoginStep.Send(new PasswordMessage(password));
  }

  private ServerLoginStep onSasl(AuthenticationSASL sasl) {
    requireFirst("AuthenticationSASL");
    if (!policy.allowed().contains(ServerAuthMethod.SCRAM_SHA_256)) {
      throw notAllowed(ServerAuthMethod.SCRAM_SHA_256);
    }
    return switch (credential) {
      case Credential.Password _, Credential.ScramKeys _ -> sendClientFirst(sasl);
      case Credential.Md5Hash _, Credential.None _ -> unusable("scram-sha-256");
    };
  }

  private ServerLoginStep sendClientFirst(AuthenticationSASL sasl) {
    boolean offersBound = sasl.mechanisms().contains(ScramMechanism.SCRAM_SHA_256_PLUS.wire());
    boolean canBind = endPoint != null && policy.channelBinding() != ChannelBinding.DISABLE;
    boolean bind = canBind && offersBound;
    if (policy.channelBinding() == ChannelBinding.REQUIRE && !bind) {
      return failed("channel binding is required and the server or the connection has none");
    }
    ScramMechanism mechanism =
        bind ? ScramMechanism.SCRAM_SHA_256_PLUS : ScramMechanism.SCRAM_SHA_256;
    if (!sasl.mechanisms().contains(mechanism.wire())) {
      return failed("server offers no SASL mechanism in common: " + sasl.mechanisms());
    }
    String header =
        bind ? ScramClient.BOUND : canBind ? ScramClient.NOT_OFFERED : ScramClient.NOT_SUPPORTED;
    String nonce = ScramSha256.newNonce(tools.random());
    ScramClient scram = new ScramClient(header, bind ? endPoint : null, "", nonce);
    return send(
        new State.ClientFirstSent(scram),
        new SASLInitialResponse(mechanism.wire(), scram.clientFirst()));
  }

  private ServerLoginStep onSaslContinue(String serverFirst) {
    if (!(state instanceof State.ClientFirstSent(ScramClient scram))) {
      throw new ProtocolViolation("AuthenticationSASLContinue out of turn");
    }
    ScramClient.Challenge challenge = scram.challenge(serverFirst);
    return switch (credential) {
      case Credential.ScramKeys keys -> answer(challenge, keys);
      case Credential.Password(Secret password) -> salt(password, challenge);
      case Credential.Md5Hash _, Credential.None _ ->
          throw new IllegalStateException("SCRAM without a key");
    };
  }

  private ServerLoginStep salt(Secret password, ScramClient.Challenge challenge) {
    PasswordSalting salting =
        new PasswordSalting(password, challenge.salt(), challenge.iterations());
    become(new State.Salting(salting, challenge));
    Bytes known = tools.saltedPasswords().get(salting);
    return known == null ? new ServerLoginStep.Compute(salting) : onComputed(known);
  }

  /// Takes the result of the last [ServerLoginStep.Compute]. A server that has broken the protocol
  /// while it was computed has ended the login: then the result is of no use.
  public ServerLoginStep onComputed(Bytes saltedPassword) {
    return switch (state) {
      case State.Salting(PasswordSalting salting, ScramClient.Challenge challenge) -> {
        tools.saltedPasswords().put(salting, saltedPassword);
        yield answer(challenge, ScramSha256.keys(saltedPassword));
      }
      case State.Ended _ -> failed("the login has ended");
      case State.Fresh _,
          State.Negotiated _,
          State.PasswordSent _,
          State.ClientFirstSent _,
          State.ClientFinalSent _,
          State.Confirmed _ ->
          throw new IllegalStateException("onComputed in " + state);
    };
  }

  private ServerLoginStep answer(ScramClient.Challenge challenge, Credential.ScramKeys keys) {
    ScramClient.Answer answer = challenge.answer(keys);
    return send(new State.ClientFinalSent(answer), new SASLResponse(answer.clientFinal()));
  }

  private ServerLoginStep onSaslFinal(String serverFinal) {
    if (!(state instanceof State.ClientFinalSent(ScramClient.Answer answer))) {
      throw new ProtocolViolation("AuthenticationSASLFinal out of turn");
    }
    if (!answer.isConfirmedBy(serverFinal)) {
      return failed("server does not know the user's verifier: wrong SCRAM signature");
    }
    become(new State.Confirmed());
    return new ServerLoginStep.Wait();
  }

  private void requireFirst(String name) {
    if (!(state instanceof State.Fresh || state instanceof State.Negotiated)) {
      throw new ProtocolViolation(name + " out of turn");
    }
  }

  /// A method that does not bind to the channel.
  private void requireAllowed(ServerAuthMethod method) {
    if (!policy.allowed().contains(method)) {
      throw notAllowed(method);
    }
    if (policy.channelBinding() == ChannelBinding.REQUIRE) {
      throw new ProtocolViolation(
          "channel binding is required and the server asks for method " + method);
    }
  }

  private ProtocolViolation notAllowed(ServerAuthMethod method) {
    return new ProtocolViolation(
        "server asks for method %s, allowed are %s".formatted(method, policy.allowed()));
  }

  private ServerLoginStep unusable(String method) {
    String have =
        switch (credential) {
          case Credential.Password _ -> "a password";
          case Credential.Md5Hash _ -> "an md5 hash";
          case Credential.ScramKeys _ -> "SCRAM keys";
          case Credential.None _ -> "no password";
        };
    String reason = "server asks for %s, there is %s for the user".formatted(method, have);
    become(new State.Ended());
    return new ServerLoginStep.Failed(
        reason, ErrorResponse.fatal(SqlState.INVALID_PASSWORD, reason));
  }

  private ServerLoginStep send(State next, FrontendMessage message) {
    become(next);
    return new ServerLoginStep.Send(message);
  }

  private ServerLoginStep failed(String reason) {
    become(new State.Ended());
    return new ServerLoginStep.Failed(reason, null);
  }

  private void become(State next) {
    state = next;
  }
}
