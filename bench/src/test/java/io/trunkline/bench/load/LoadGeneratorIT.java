package io.trunkline.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.ServerOptions;
import io.trunkline.settings.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The load generator in its own process, against a real server and against the null server.
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class LoadGeneratorIT {
  private static final Duration BRIEFLY = Duration.ofMillis(100);
  private static final Duration LONGER = Duration.ofSeconds(3);

  @TempDir private static Path directory;
  private static EmbeddedServer postgres;
  private static NullServerProcess nullServer;
  private static GeneratorProcess generator;

  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();

  @BeforeAll
  static void start() throws Exception {
    postgres =
        EmbeddedServer.create(
            ServerOptions.newest()
                .password(Secret.of("secret"))
                .hba("host all all 127.0.0.1/32 scram-sha-256"));
    for (String statement : Tpcb.tables()) {
      postgres.execute(statement);
    }
    nullServer = NullServerProcess.start("nobody", postgres.port(), directory.resolve("null.log"));
    generator = GeneratorProcess.start(directory.resolve("load.log"));
  }

  @AfterAll
  static void stop() throws Exception {
    generator.close();
    nullServer.close();
    postgres.close();
  }

  private LoadResult run(int port, Work work, int clients, int rate, String password)
      throws IOException {
    var login = new LoadOrder.Login("postgres", password, "postgres");
    int depth = work == Work.SIMPLE || work == Work.PREPARED ? 3 : 1;
    var order =
        new LoadOrder(port, login, false, work, clients, depth, rate, 5, false, BRIEFLY, BRIEFLY);
    return generator.run(
        order,
        new GeneratorProcess.Watcher() {
          @Override
          public void onBegun() {
            begun.incrementAndGet();
          }

          @Override
          public void onEnded() {
            ended.incrementAndGet();
          }
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = Work.class,
      names = {"SIMPLE", "EXTENDED", "PREPARED", "TPCB", "CONNECT"})
  void playsClientsOfARealServer(Work work) throws IOException {
    LoadResult result = run(postgres.port(), work, 4, 0, "secret");

    assertThat(result.errors()).isZero();
    assertThat(result.seconds()).isPositive();
    assertThat(result.p50Nanos()).isPositive().isLessThanOrEqualTo(result.p99Nanos());
    assertThat(begun).hasValue(1);
    assertThat(ended).hasValue(1);
  }

  @ParameterizedTest
  @EnumSource(Work.class)
  void playsClientsOfTheNullServer(Work work) throws IOException {
    LoadResult result = run(nullServer.port(), work, 1, 0, "");

    assertThat(result.errors()).isZero();
  }

  @Test
  void keepsToARate() throws IOException {
    LoadResult result = run(nullServer.port(), Work.EXTENDED, 8, 200, "");

    assertThat(result.units()).isLessThanOrEqualTo(200);
    assertThat(result.errors()).isZero();
  }

  @Test
  void comesBackAfterAnOutage() throws IOException {
    var login = new LoadOrder.Login("postgres", "", "postgres");
    Duration outage = Duration.ofMillis(300);
    var order =
        new LoadOrder(
            nullServer.port(), login, false, Work.SIMPLE, 4, 1, 0, 0, true, BRIEFLY, LONGER);

    LoadResult result =
        generator.run(
            order,
            new GeneratorProcess.Watcher() {
              @Override
              public void onBegun() throws IOException {
                nullServer.goAway(BRIEFLY, outage);
              }

              @Override
              public void onEnded() {
                ended.incrementAndGet();
              }
            });

    assertThat(result.errors()).isPositive();
    assertThat(Duration.ofNanos(result.gapNanos())).isGreaterThanOrEqualTo(outage);
    assertThat(run(nullServer.port(), Work.SIMPLE, 2, 0, "").errors()).isZero();
  }

  @Test
  void saysWhyItCannotBegin() throws IOException {
    assertThatThrownBy(() -> run(postgres.port(), Work.SIMPLE, 2, 0, "wrong"))
        .hasMessageContaining("password authentication failed");
    assertThatThrownBy(() -> run(1, Work.SIMPLE, 2, 0, "")).hasMessageContaining("refused");

    assertThat(begun).hasValue(0);
    assertThat(run(nullServer.port(), Work.SIMPLE, 2, 0, "").errors()).isZero();
  }
}
