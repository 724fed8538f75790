package io.trunkline.proxy.login;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.conf.ConfigFile;
import io.trunkline.conf.ConfigResult;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.conf.Surroundings;
import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.auth.LoginTools;
import io.trunkline.protocol.auth.MockAuthentication;
import io.trunkline.protocol.auth.SaltedPasswords;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.protocol.tls.ClientTls;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.session.CancelRegistry;
import io.trunkline.proxy.session.ClientLimits;
import io.trunkline.proxy.session.ClientPhase;
import io.trunkline.proxy.session.ErrorCounts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A whole login against a clock that stands still; `login_timeout` is a minute.
class LoginDeadlineTest {
  private static final String YAML =
      """
      listeners: [{ address: 127.0.0.1, port: 0 }]
      clusters: { main: { members: ['127.0.0.1:1'] } }
      users: { app: { password: app } }
      auth: { method: password }
      limits: { login_timeout: 60s }
      """;

  private final SecureRandom random = new SecureRandom();
  private final Saltings saltings = new Saltings();
  private final EmbeddedChannel channel = new EmbeddedChannel();

  /// Nobody comes as far as a console or a session.
  private static final class NoConsole implements Console {
    @Override
    public @Nullable ErrorResponse closed(String database) {
      return null;
    }

    @Override
    public ClientPhase open(Channel channel, Login login) {
      throw new AssertionError(login);
    }
  }

  private Door door() {
    ProxyConfig config =
        switch (new ConfigFile(Surroundings.ofProcess()).readText(Path.of("test.yml"), YAML)) {
          case ConfigResult.Ok(var read) -> read;
          case ConfigResult.Bad(var problems) -> throw new AssertionError(problems.toString());
        };
    var mock =
        new MockAuthentication(
            Bytes.of(new byte[32]),
            MockAuthentication.DEFAULT_ITERATIONS,
            MockAuthentication.PasswordEncryption.SCRAM_SHA_256);
    var logins =
        new Logins(
            () -> config,
            new LoginTools(mock, new SaltedPasswords(10), random),
            Gate.SHUT,
            SecretSource.NOBODY,
            Roles.UNASKED,
            new ServerCredentials(),
            saltings,
            loop -> {
              throw new AssertionError("no session should begin");
            },
            _ -> new ErrorCounts(() -> 0L),
            new CancelRegistry(random),
            new ClientLimits(),
            new NoConsole(),
            () -> 0L);
    var listener = config.listeners().getFirst();
    return new Door(listener, ClientTls.of(listener.tls()), logins, () -> listener);
  }

  private void connects() {
    channel.freezeTime();
    channel.pipeline().addLast(door().newHandler());
    channel.pipeline().fireChannelActive();
  }

  private void passes(long seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }

  private void says(byte[] bytes) {
    channel.writeInbound(Unpooled.wrappedBuffer(bytes));
    channel.runPendingTasks();
  }

  /// What the client has been told, one character for each byte.
  private String heard() {
    StringBuilder heard = new StringBuilder();
    for (ByteBuf part; (part = channel.readOutbound()) != null; part.release()) {
      heard.append(part.toString(StandardCharsets.ISO_8859_1));
    }
    return heard.toString();
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
    saltings.close();
  }

  @Test
  void startup_neverCame_closes() {
    connects();
    passes(59);
    assertThat(channel.isOpen()).isTrue();
    passes(1);
    assertThat(channel.isOpen()).isFalse();
  }

  /// The time for the startup was once given again for the password.
  @Test
  void startup_slow_leavesLessForThePassword() {
    connects();
    passes(40);
    says(Frontend.sslRequest());
    assertThat(heard()).isEqualTo("N");
    says(Frontend.startup(Frontend.V3_0, Map.of("user", "app", "database", "app")));
    assertThat(heard()).startsWith("R");
    passes(19);
    assertThat(channel.isOpen()).isTrue();
    passes(1);
    assertThat(heard()).startsWith("E").contains("C57014\0");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void login_refusedInTime_isNotToldOfTheTime() {
    connects();
    says(Frontend.startup(Frontend.V3_0, Map.of("database", "app")));
    assertThat(heard()).contains("C28000\0");
    passes(100);
    assertThat(heard()).isEmpty();
  }
}
