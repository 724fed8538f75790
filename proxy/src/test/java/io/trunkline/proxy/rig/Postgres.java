package io.trunkline.proxy.rig;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The real PostgreSQL behind all these tests: one per JVM, stopped with it.
///
/// Users: `app` (password `app`) owns database `app`; `md5user`, `scramuser` and `clearuser` have
/// to prove that their password is their name.
public final class Postgres {
  private static final List<String> ACCOUNTS =
      List.of(
          "CREATE ROLE app LOGIN PASSWORD 'app'",
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

  private final EmbeddedPostgres server;

  private Postgres() throws IOException {
    server =
        EmbeddedPostgres.builder()
            .setServerConfig("max_connections", "400")
            .setServerConfig("max_prepared_transactions", "10")
            .setServerConfig("wal_level", "logical")
            .setServerConfig("fsync", "off")
            .start();
  }

  public static Postgres shared() {
    return Shared.POSTGRES;
  }

  /// How `app` logs in without a proxy.
  public Endpoint app() {
    return new Endpoint("127.0.0.1", server.getPort(), "app", "app", "app");
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

  private void furnish() throws IOException {
    Endpoint maintenance = admin().inDatabase("postgres");
    run(maintenance, ACCOUNTS);
    try (RawClient admin = RawClient.login(maintenance)) {
      Files.write(Path.of(admin.query("SHOW hba_file").value()), HBA);
      admin.query("SELECT pg_reload_conf()");
    }
  }

  /// Started by whoever asks first.
  private static final class Shared {
    static final Postgres POSTGRES = start();

    private static Postgres start() {
      try {
        Postgres postgres = new Postgres();
        Runtime.getRuntime().addShutdownHook(new Thread(postgres::stop));
        postgres.furnish();
        return postgres;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void stop() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
