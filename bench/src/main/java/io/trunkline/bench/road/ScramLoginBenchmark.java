package io.trunkline.bench.road;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.ProtocolVersion;
import io.trunkline.protocol.auth.AuthMethod;
import io.trunkline.protocol.auth.ClientLogin;
import io.trunkline.protocol.auth.Credential;
import io.trunkline.protocol.auth.LoginStep;
import io.trunkline.protocol.auth.LoginTools;
import io.trunkline.protocol.auth.MockAuthentication;
import io.trunkline.protocol.auth.PasswordSalting;
import io.trunkline.protocol.auth.SaltedPasswords;
import io.trunkline.protocol.auth.ScramVerifier;
import io.trunkline.protocol.auth.ServerLogin;
import io.trunkline.protocol.auth.ServerLoginPolicy;
import io.trunkline.protocol.auth.ServerLoginStep;
import io.trunkline.protocol.auth.StoredSecret;
import io.trunkline.protocol.auth.TlsIdentity;
import io.trunkline.settings.Secret;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// A whole SCRAM login, with our part of a client's on the one side and our part of a server's on
/// the other. The password is salted once, before: as for a user whose verifier is known.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class ScramLoginBenchmark {
  private static final String USER = "bench";
  private static final int SALT_BYTES = 16;
  private static final int SEED_BYTES = 32;
  private static final Secret PASSWORD = Secret.of("a good password");

  private final PasswordSalting salting =
      new PasswordSalting(
          PASSWORD, Bytes.of(new byte[SALT_BYTES]), MockAuthentication.DEFAULT_ITERATIONS);
  private final StoredSecret verifier = new StoredSecret.Scram(ScramVerifier.of(salting));
  private final LoginTools tools =
      new LoginTools(
          new MockAuthentication(
              Bytes.of(new byte[SEED_BYTES]),
              MockAuthentication.DEFAULT_ITERATIONS,
              MockAuthentication.PasswordEncryption.SCRAM_SHA_256),
          new SaltedPasswords(1),
          new SecureRandom());

  @Benchmark
  public int bothSides() {
    var ours = new ClientLogin(AuthMethod.SCRAM_SHA_256, USER, verifier, TlsIdentity.NONE, tools);
    var theirs =
        new ServerLogin(
            ProtocolVersion.V3_0,
            USER,
            new Credential.Password(PASSWORD),
            null,
            ServerLoginPolicy.ANY,
            tools);
    LoginStep step = ours.start();
    int messages = 0;
    while (step instanceof LoginStep.Send(var message)) {
      ByteBuf out = Unpooled.buffer();
      message.encode(out);
      ByteBuf answer = answer(theirs.onMessage(out.readByte(), out.skipBytes(4)), theirs);
      step = ours.onMessage(answer.readByte(), answer.skipBytes(4));
      messages++;
    }
    if (!(step instanceof LoginStep.Done)) {
      throw new IllegalStateException("the login has ended with " + step);
    }
    return messages;
  }

  private static ByteBuf answer(ServerLoginStep step, ServerLogin login) {
    return switch (step) {
      case ServerLoginStep.Send(var message) -> {
        ByteBuf out = Unpooled.buffer();
        message.encode(out);
        yield out;
      }
      case ServerLoginStep.Compute(var salting) ->
          answer(login.onComputed(salting.saltedPassword()), login);
      case ServerLoginStep.Wait _, ServerLoginStep.Done _, ServerLoginStep.Failed _ ->
          throw new IllegalStateException("no answer but " + step);
    };
  }
}
