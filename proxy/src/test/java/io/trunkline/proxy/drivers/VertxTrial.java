package io.trunkline.proxy.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;

/// The Vert.x client: its own protocol code on Netty, binary format, up to 256 requests pipelined,
/// statements named by the client when its cache is on.
final class VertxTrial implements Trial {
  private static final String VERSION = "5.0";

  @Override
  public String name() {
    return "vertx-pg-client";
  }

  @Override
  public Optional<String> missing() {
    return Optional.empty();
  }

  @Override
  public List<Fact> run(Target target) throws IOException, InterruptedException {
    Vertx vertx = Vertx.vertx();
    String schema = "t_vertx_" + UUID.randomUUID().toString().substring(0, 8);
    VertxChecks session = new VertxChecks(vertx, target, schema);
    Checks checks = new Checks(target.mode(), "Vert.x pg client " + version());
    session.register(checks);
    try {
      session.writeOnce("create schema " + schema);
      return checks.run();
    } catch (ExecutionException e) {
      throw new IOException("cannot prepare the trial: " + e.getCause().getMessage(), e);
    } finally {
      drop(session, schema);
      vertx.close();
    }
  }

  private static void drop(VertxChecks session, String schema)
      throws IOException, InterruptedException {
    try {
      session.writeOnce(
          "set client_min_messages = error; drop schema if exists " + schema + " cascade");
    } catch (ExecutionException e) {
      throw new IOException("cannot clean up after the trial: " + e.getCause().getMessage(), e);
    }
  }

  private static String version() {
    String version = PgConnection.class.getPackage().getImplementationVersion();
    return version == null ? VERSION : version;
  }

  static <T> T await(Future<T> future) throws ExecutionException, InterruptedException {
    return future.toCompletionStage().toCompletableFuture().get();
  }

  static void raises(String sqlState, Future<?> future) {
    assertThatThrownBy(() -> await(future))
        .cause()
        .isInstanceOfSatisfying(
            PgException.class, e -> assertThat(e.getSqlState()).as("%s", e).isEqualTo(sqlState));
  }
}
