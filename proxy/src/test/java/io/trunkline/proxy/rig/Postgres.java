package io.trunkline.proxy.rig;

import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.ServerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The real PostgreSQL behind all these tests, one per JVM and version if they leave it alone.
///
/// Users: `app` (password `app`) owns database `app`; `repl` may replicate; `md5user`, `scramuser`
/// and `clearuser` have to prove that their password is their name.
public final class Postgres implements AutoCloseable {
  private static final List<String> ACCOUNTS =
      List.of(
          "CREATE ROLE app LOGIN PASSWORD 'app'",
          "CREATE ROLE repl LOGIN REPLICATION PASSWORD 'repl'",
          "CREATE ROLE probe LOGIN PASSWORD 'probe'",
          "CREATE DATABASE app OWNER app",
          "CREATE ROLE clearuser LOGIN PASSWORD 'clearuser'",
          "CREATE ROLE scramuser LOGIN PASSWORD 'scramuser'",
          "SET password_encryption = md5",
          "CREATE ROLE md5user LOGIN PASSWORD 'md5user'");
  private static final List<String> HBA =
      List.of(
          "local all all trust",
          "host all md5user 127.0.0.1/32 md5",
          "host all scramuser 127.0.0.1/32 scram-sha-256",
          "host all clearuser 127.0.0.1/32 password",
          "host all all 127.0.0.1/32 trust",
          "host replication all 127.0.0.1/32 trust");

  private static final Map<Integer, Postgres> SHARED = new ConcurrentHashMap<>();

  private final EmbeddedServer server;

  private Postgres(EmbeddedServer server) {
    this.server = server;
  }

  /// Another server of the same kind, for tests that stop it.
  public static Postgres start() throws IOException {
    return start(ServerOptions.NEWEST);
  }

  public static Postgres start(int version) throws IOException {
    ServerOptions options =
        ServerOptions.postgres(version)
            .setting("max_connections", "400")
            .setting("max_prepared_transactions", "10")
            .setting("wal_level", "logical");
    for (String line : HBA) {
      options = options.hba(line);
    }
    Postgres postgres = new Postgres(EmbeddedServer.create(options));
    run(postgres.admin().inDatabase("postgres"), ACCOUNTS);
    return postgres;
  }

  public static Postgres shared() {
    return shared(ServerOptions.NEWEST);
  }

  /// Started by whoever asks first; it ends with the JVM.
  public static Postgres shared(int version) {
    return SHARED.computeIfAbsent(version, Postgres::startUnchecked);
  }

  private static Postgres startUnchecked(int version) {
    try {
      return start(version);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// How `app` logs in without a proxy.
  public Endpoint app() {
    return new Endpoint("127.0.0.1", server.port(), "app", "app", "app");
  }

  /// The superuser, in database `app`.
  public Endpoint admin() {
    return app().as("postgres", "postgres");
  }

  /// Runs statements as the superuser and fails on the first error.
  public void run(String... statements) throws IOException {
    run(admin(), List.of(statements));
  }

  private static void run(Endpoint endpoint, List<String> statements) throws IOException {
    try (RawClient admin = RawClient.login(endpoint)) {
      for (String sql : statements) {
        admin
            .query(sql)
            .error()
            .ifPresent(error -> {
              throw new AssertionError(sql + ": " + error);
            });
      }
    }
  }

  /// One value, asked by the superuser.
  public String value(String sql) throws IOException {
    try (RawClient admin = RawClient.login(admin())) {
      return admin.query(sql).value();
    }
  }

  /// The process itself, to stop, kill, freeze and start.
  public EmbeddedServer server() {
    return server;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
