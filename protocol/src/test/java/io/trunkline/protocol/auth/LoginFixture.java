package io.trunkline.protocol.auth;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.ProtocolVersion;
import io.trunkline.protocol.auth.MockAuthentication.PasswordEncryption;
import io.trunkline.protocol.message.BackendMessage;
import io.trunkline.protocol.message.FrontendMessage;
import io.trunkline.settings.Secret;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;

/// Users, secrets and the wire between the two logins.
final class LoginFixture {
  static final String USER = "app";
  static final Secret PASSWORD = Secret.of("sésame");
  static final Secret WRONG = Secret.of("sésamf");
  static final Bytes END_POINT = Bytes.of(bytes(32, 7));

  static final PasswordSalting SALTING = new PasswordSalting(PASSWORD, Bytes.of(bytes(16, 3)), 64);
  static final StoredSecret PLAIN = new StoredSecret.Plain(PASSWORD);
  static final StoredSecret MD5 = new StoredSecret.Md5(Md5Password.hash(USER, PASSWORD));
  static final StoredSecret SCRAM = new StoredSecret.Scram(ScramVerifier.of(SALTING));

  private LoginFixture() {}

  static byte[] bytes(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  static LoginTools tools() {
    return tools(PasswordEncryption.SCRAM_SHA_256);
  }

  static LoginTools tools(PasswordEncryption encryption) {
    return new LoginTools(
        new MockAuthentication(Bytes.of(bytes(32, 9)), 64, encryption),
        new SaltedPasswords(4),
        new SecureRandom());
  }

  static ClientLogin client(AuthMethod method, StoredSecret stored) {
    return client(method, stored, TlsIdentity.NONE);
  }

  static ClientLogin client(AuthMethod method, StoredSecret stored, TlsIdentity tls) {
    return new ClientLogin(method, USER, stored, tls, tools());
  }

  static ServerLogin server(Credential credential) {
    return server(credential, null, ServerLoginPolicy.ANY);
  }

  static ServerLogin server(Credential credential, Bytes endPoint, ServerLoginPolicy policy) {
    return new ServerLogin(ProtocolVersion.V3_2, USER, credential, endPoint, policy, tools());
  }

  static ByteBuf body(FrontendMessage message) {
    ByteBuf out = Unpooled.buffer();
    message.encode(out);
    return out.skipBytes(5);
  }

  static ServerLoginStep say(ServerLogin login, BackendMessage message) {
    ByteBuf out = Unpooled.buffer();
    message.encode(out);
    return login.onMessage(out.readByte(), out.skipBytes(4));
  }

  static GreetingStep say(ServerGreeting greeting, BackendMessage message) {
    ByteBuf out = Unpooled.buffer();
    message.encode(out);
    return greeting.onMessage(out.readByte(), out.skipBytes(4));
  }

  static LoginStep say(ClientLogin login, FrontendMessage message) {
    ByteBuf out = Unpooled.buffer();
    message.encode(out);
    return login.onMessage(out.readByte(), out.skipBytes(4));
  }

  /// How a conversation ended: the last step of each side.
  record Outcome(LoginStep client, ServerLoginStep server) {}

  /// Lets the two logins talk until one has an end, doing what they ask to have computed.
  static Outcome talk(ClientLogin proxy, ServerLogin peer) {
    LoginStep step = settle(proxy, proxy.start());
    while (step instanceof LoginStep.Send(BackendMessage question)) {
      ServerLoginStep answer = settle(peer, say(peer, question));
      if (!(answer instanceof ServerLoginStep.Send(FrontendMessage message))) {
        return new Outcome(step, answer);
      }
      step = settle(proxy, say(proxy, message));
    }
    List<BackendMessage> last =
        switch (step) {
          case LoginStep.Done(Credential _, List<BackendMessage> messages) -> messages;
          case LoginStep.Failed failed -> List.of(failed.error());
          default -> throw new IllegalStateException("not an end: " + step);
        };
    ServerLoginStep answer = new ServerLoginStep.Wait();
    for (BackendMessage message : last) {
      answer = say(peer, message);
    }
    return new Outcome(step, answer);
  }

  private static LoginStep settle(ClientLogin login, LoginStep step) {
    return step instanceof LoginStep.Compute(PasswordSalting salting)
        ? login.onComputed(salting.saltedPassword())
        : step;
  }

  private static ServerLoginStep settle(ServerLogin login, ServerLoginStep step) {
    return step instanceof ServerLoginStep.Compute(PasswordSalting salting)
        ? login.onComputed(salting.saltedPassword())
        : step;
  }
}
