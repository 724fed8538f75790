package io.trunkline.bench.load;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.NanoTime;
import io.trunkline.protocol.auth.LoginTools;
import io.trunkline.protocol.auth.MockAuthentication;
import io.trunkline.protocol.auth.SaltedPasswords;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLException;

/// The process that plays clients: an order a line on its standard input, and for each `begun`,
/// then `ended` and the result, or `failed` and why. Ends with its input.
public final class LoadGenerator {
  static final String BEGUN = "begun";
  static final String ENDED = "ended ";
  static final String FAILED = "failed ";
  private static final int SEED_BYTES = 32;

  private final Sockets sockets = Sockets.open();
  private final LoginTools tools;
  private final SslContext tls;
  private final PrintStream out;

  LoadGenerator(PrintStream out) throws SSLException {
    this.out = out;
    var mock =
        new MockAuthentication(
            Bytes.of(new byte[SEED_BYTES]),
            MockAuthentication.DEFAULT_ITERATIONS,
            MockAuthentication.PasswordEncryption.SCRAM_SHA_256);
    this.tools = new LoginTools(mock, new SaltedPasswords(16), new SecureRandom());
    this.tls =
        SslContextBuilder.forClient()
            .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .endpointIdentificationAlgorithm(null)
            .build();
  }

  /// Takes no arguments.
  public static void main(String[] arguments) throws IOException, InterruptedException {
    var generator = new LoadGenerator(Answers.take());
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line = in.readLine();
    while (line != null) {
      generator.carryOut(LoadOrder.parse(line));
      line = in.readLine();
    }
    System.exit(0);
  }

  private void carryOut(LoadOrder order) throws InterruptedException {
    var over = new CountDownLatch(1);
    var observer =
        new LoadRun.Observer() {
          @Override
          public void onBegun() {
            say(BEGUN);
          }

          @Override
          public void onEnded(LoadResult result) {
            say(ENDED + result.line());
            over.countDown();
          }

          @Override
          public void onFailed(String reason) {
            say(FAILED + reason.replace('\n', ' '));
            over.countDown();
          }
        };
    var run =
        new LoadRun(
            order,
            sockets,
            tools,
            order.tls() ? tls : null,
            new LoadRun.Run(observer, NanoTime.SYSTEM));
    sockets.loop().execute(run::begin);
    over.await();
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }
}
