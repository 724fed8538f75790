package io.trunkline.protocol.auth;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrontendTag;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.WireReader;
import io.trunkline.protocol.message.Authentication;
import io.trunkline.protocol.message.BackendMessage;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.protocol.message.FrontendMessage.PasswordMessage;
import io.trunkline.protocol.message.FrontendMessage.SASLInitialResponse;
import io.trunkline.protocol.message.FrontendMessage.SASLResponse;
import io.trunkline.settings.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A client's login, with the proxy as the server: messages in, [LoginStep]s out, no channel.
///
/// One login, one user: everything is fixed by the constructor, and each message is legal in one
/// state only. A user that does not exist, or whose secret cannot serve the method, goes through
/// the same messages as any other, with a secret of [MockAuthentication], to the same refusal.
///
/// A user whose password is known in plain costs a [LoginStep.Compute] at the first SCRAM login,
/// after the client has sent its proof; the result is kept in [SaltedPasswords].
///
/// PostgreSQL docs, "Start-up" and "SASL Authentication"; PostgreSQL's `auth.c`.
@EventLoopConfined
public final class ClientLogin implements LoginConversation {
  private final AuthMethod method;
  private final String user;
  private final TlsIdentity tls;
  private final LoginTools tools;

  /// What the client is measured by: its own secret or a mock one, which is made when a method asks
  /// for it.
  private @Nullable StoredSecret secret;

  /// Why no password can be right; null when one can.
  private final @Nullable String hopeless;

  private State state = new State.Fresh();

  private sealed interface State {
    /// Nothing was asked yet.
    record Fresh() implements State {}

    record AwaitingPassword() implements State {}

    record AwaitingMd5(Secret answer, Credential credential) implements State {}

    record AwaitingMechanism() implements State {}

    record AwaitingClientFirst(ScramMechanism mechanism) implements State {}

    record AwaitingClientFinal(ScramServer.Challenge challenge) implements State {}

    /// A clear text password is being salted, to be compared with a verifier.
    record SaltingPassword(PasswordSalting salting, ScramVerifier verifier) implements State {}

    /// The stored password is being salted, to be compared with a proof.
    record SaltingSecret(PasswordSalting salting, ScramServer.Proof proof) implements State {}

    record Ended() implements State {}
  }

  /// @param stored what is known of the user's password; null for a user that does not exist
  public ClientLogin(
      AuthMethod method,
      String user,
      @Nullable StoredSecret stored,
      TlsIdentity tls,
      LoginTools tools) {
    this.method = method;
    this.user = user;
    this.tls = tls;
    this.tools = tools;
    this.hopeless = hopeless(method, stored);
    this.secret = hopeless == null ? stored : null;
  }

  private static @Nullable String hopeless(AuthMethod method, @Nullable StoredSecret stored) {
    return switch (stored) {
      case null -> "no such user, or no password";
      case StoredSecret.Plain(Secret password) when password.reveal().isEmpty() -> "empty password";
      case StoredSecret.Md5 _ when method == AuthMethod.SCRAM_SHA_256 ->
          "an md5 hash cannot serve scram-sha-256";
      case StoredSecret.Plain _, StoredSecret.Md5 _, StoredSecret.Scram _ -> null;
    };
  }

  private StoredSecret secret() {
    StoredSecret known = secret;
    if (known == null) {
      MockAuthentication mock = tools.mock();
      known = method == AuthMethod.SCRAM_SHA_256 ? mock.verifier(user) : mock.secret(user);
      secret = known;
    }
    return known;
  }

  @Override
  public LoginStep start() {
    if (!(state instanceof State.Fresh)) {
      throw new IllegalStateException("start in " + state);
    }
    return switch (method) {
      case TRUST -> done(new Credential.None(), List.of());
      case CERT -> checkCertificate();
      case PASSWORD ->
          send(new State.AwaitingPassword(), new Authentication.AuthenticationCleartextPassword());
      case MD5 -> startMd5();
      case SCRAM_SHA_256 -> startSasl();
    };
  }

  private LoginStep checkCertificate() {
    if (tls.clientNames().isEmpty()) {
      return failed(LoginErrors.noCertificate(), "no client certificate");
    }
    return tls.clientNames().contains(user)
        ? done(new Credential.None(), List.of())
        : failed(LoginErrors.certificate(user), "certificate is for " + tls.clientNames());
  }

  private LoginStep startMd5() {
    return switch (secret()) {
      case StoredSecret.Scram _ -> startSasl();
      case StoredSecret.Md5(Secret hash) -> challengeMd5(hash, new Credential.Md5Hash(hash));
      case StoredSecret.Plain(Secret password) ->
          challengeMd5(Md5Password.hash(user, password), new Credential.Password(password));
    };
  }

  private LoginStep challengeMd5(Secret hash, Credential credential) {
    byte[] salt = new byte[Authentication.MD5_SALT_BYTES];
    tools.random().nextBytes(salt);
    Secret answer = Md5Password.answer(hash, Bytes.of(salt));
    return send(
        new State.AwaitingMd5(answer, credential),
        new Authentication.AuthenticationMD5Password(Bytes.of(salt)));
  }

  private LoginStep startSasl() {
    String unbound = ScramMechanism.SCRAM_SHA_256.wire();
    List<String> offered =
        tls.serverEndPoint() == null
            ? List.of(unbound)
            : List.of(ScramMechanism.SCRAM_SHA_256_PLUS.wire(), unbound);
    return send(new State.AwaitingMechanism(), new Authentication.AuthenticationSASL(offered));
  }

  @Override
  public LoginStep onMessage(byte tag, ByteBuf body) {
    try {
      return switch (state) {
        case State.AwaitingPassword _ -> onPassword(readPassword(tag, body));
        case State.AwaitingMd5(Secret answer, Credential credential) ->
            onMd5(readPassword(tag, body), answer, credential);
        case State.AwaitingMechanism _ -> onSaslInitial(tag, body);
        case State.AwaitingClientFirst(ScramMechanism mechanism) ->
            onClientFirst(mechanism, readSasl(tag, body));
        case State.AwaitingClientFinal(ScramServer.Challenge challenge) ->
            onProof(challenge.proof(readSasl(tag, body)));
        case State.Fresh _, State.SaltingPassword _, State.SaltingSecret _, State.Ended _ ->
            throw new ProtocolViolation(
                "unexpected message %s during login".formatted(WireReader.quote(tag)));
      };
    } catch (ProtocolViolation violation) {
      return failed(LoginErrors.violation(violation.getMessage()), violation.getMessage());
    }
  }

  private static Secret readPassword(byte tag, ByteBuf body) {
    requirePasswordTag(tag, "password");
    return PasswordMessage.decode(body).password();
  }

  private static String readSasl(byte tag, ByteBuf body) {
    requirePasswordTag(tag, "SASL");
    return SASLResponse.decode(body).data();
  }

  private static void requirePasswordTag(byte tag, String what) {
    if (tag != FrontendTag.PASSWORD) {
      throw new ProtocolViolation(
          "expected %s response, got message %s".formatted(what, WireReader.quote(tag)));
    }
  }

  private LoginStep onPassword(Secret password) {
    if (password.reveal().isEmpty()) {
      return failed(LoginErrors.emptyPassword(), "empty password");
    }
    return switch (secret()) {
      case StoredSecret.Plain(Secret stored) -> judge(password.equals(stored), password);
      case StoredSecret.Md5(Secret hash) ->
          judge(Md5Password.hash(user, password).equals(hash), password);
      case StoredSecret.Scram(ScramVerifier verifier) -> salt(password, verifier);
    };
  }

  private LoginStep judge(boolean right, Secret password) {
    return right ? done(new Credential.Password(password), List.of()) : wrong();
  }

  private LoginStep salt(Secret password, ScramVerifier verifier) {
    PasswordSalting salting = new PasswordSalting(password, verifier.salt(), verifier.iterations());
    return compute(salting, new State.SaltingPassword(salting, verifier));
  }

  private LoginStep onMd5(Secret password, Secret answer, Credential credential) {
    if (password.reveal().isEmpty()) {
      return failed(LoginErrors.emptyPassword(), "empty password");
    }
    return password.equals(answer) ? done(credential, List.of()) : wrong();
  }

  private LoginStep onSaslInitial(byte tag, ByteBuf body) {
    requirePasswordTag(tag, "SASL");
    SASLInitialResponse initial = SASLInitialResponse.decode(body);
    ScramMechanism mechanism =
        ScramMechanism.of(initial.mechanism())
            .filter(this::isOffered)
            .orElseThrow(() ->
                new ProtocolViolation("client selected an invalid SASL authentication mechanism"));
    String data = initial.data();
    return data == null
        ? send(
            new State.AwaitingClientFirst(mechanism),
            new Authentication.AuthenticationSASLContinue(""))
        : onClientFirst(mechanism, data);
  }

  private boolean isOffered(ScramMechanism mechanism) {
    return mechanism == ScramMechanism.SCRAM_SHA_256 || tls.serverEndPoint() != null;
  }

  private LoginStep onClientFirst(ScramMechanism mechanism, String clientFirst) {
    ScramServer.Challenge challenge =
        ScramServer.challenge(mechanism, tls.serverEndPoint(), clientFirst, question());
    return send(
        new State.AwaitingClientFinal(challenge),
        new Authentication.AuthenticationSASLContinue(challenge.serverFirst()));
  }

  private ScramServer.Question question() {
    String nonce = ScramSha256.newNonce(tools.random());
    return switch (secret()) {
      case StoredSecret.Scram(ScramVerifier v) ->
          new ScramServer.Question(nonce, v.salt(), v.iterations());
      case StoredSecret.Plain(Secret password) -> {
        PasswordSalting salting = tools.mock().salting(user, password);
        yield new ScramServer.Question(nonce, salting.salt(), salting.iterations());
      }
      case StoredSecret.Md5 _ -> throw new IllegalStateException("SCRAM with an md5 hash");
    };
  }

  private LoginStep onProof(ScramServer.Proof proof) {
    return switch (secret()) {
      case StoredSecret.Scram(ScramVerifier verifier) -> check(proof, verifier);
      case StoredSecret.Plain(Secret password) -> {
        PasswordSalting salting = tools.mock().salting(user, password);
        yield compute(salting, new State.SaltingSecret(salting, proof));
      }
      case StoredSecret.Md5 _ -> throw new IllegalStateException("SCRAM with an md5 hash");
    };
  }

  private LoginStep check(ScramServer.Proof proof, ScramVerifier verifier) {
    Optional<Bytes> clientKey = proof.clientKey(verifier.storedKey());
    if (clientKey.isEmpty()) {
      return wrong();
    }
    // A password known in plain is worth more at a server than keys that belong to our own salt.
    Credential credential =
        secret() instanceof StoredSecret.Plain(Secret password)
            ? new Credential.Password(password)
            : new Credential.ScramKeys(clientKey.get(), verifier.serverKey());
    String serverFinal = proof.serverFinal(verifier.serverKey());
    return done(credential, List.of(new Authentication.AuthenticationSASLFinal(serverFinal)));
  }

  private LoginStep compute(PasswordSalting salting, State salted) {
    become(salted);
    Bytes known = tools.saltedPasswords().get(salting);
    return known == null ? new LoginStep.Compute(salting) : onComputed(known);
  }

  @Override
  public LoginStep onComputed(Bytes saltedPassword) {
    return switch (state) {
      case State.SaltingPassword(PasswordSalting salting, ScramVerifier verifier) -> {
        boolean right = ScramVerifier.of(salting, saltedPassword).equals(verifier);
        if (right) {
          tools.saltedPasswords().put(salting, saltedPassword);
        }
        yield judge(right, salting.password());
      }
      case State.SaltingSecret(PasswordSalting salting, ScramServer.Proof proof) -> {
        tools.saltedPasswords().put(salting, saltedPassword);
        yield check(proof, ScramVerifier.of(salting, saltedPassword));
      }
      case State.Ended _ -> failed(LoginErrors.password(user), "the login has ended");
      case State.Fresh _,
          State.AwaitingPassword _,
          State.AwaitingMd5 _,
          State.AwaitingMechanism _,
          State.AwaitingClientFirst _,
          State.AwaitingClientFinal _ ->
          throw new IllegalStateException("onComputed in " + state);
    };
  }

  private LoginStep send(State next, BackendMessage message) {
    become(next);
    return new LoginStep.Send(message);
  }

  private LoginStep done(Credential credential, List<BackendMessage> last) {
    become(new State.Ended());
    List<BackendMessage> messages = new ArrayList<>(last);
    messages.add(new Authentication.AuthenticationOk());
    return new LoginStep.Done(credential, List.copyOf(messages));
  }

  private LoginStep wrong() {
    return failed(LoginErrors.password(user), hopeless == null ? "wrong password" : hopeless);
  }

  private LoginStep failed(ErrorResponse error, String reason) {
    become(new State.Ended());
    return new LoginStep.Failed(error, reason);
  }

  private void become(State next) {
    state = next;
  }
}
