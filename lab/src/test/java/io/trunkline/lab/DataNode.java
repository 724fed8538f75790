package io.trunkline.lab;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.testcontainers.containers.GenericContainer;

/// A machine with etcd, Patroni and PostgreSQL.
final class DataNode extends Node {
  static final String SCOPE = "lab";

  private static final Duration REST_TIMEOUT = Duration.ofSeconds(3);

  private final HttpClient http;

  DataNode(String name, String address, GenericContainer<?> container, HttpClient http) {
    super(name, address, container);
    this.http = http;
  }

  /// Whether Patroni here answers with 200, for example to `/primary`.
  boolean says(String path) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://%s:8008%s".formatted(address(), path)))
              .timeout(REST_TIMEOUT)
              .build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// The same, asked from the node itself: its network may be cut.
  boolean saysToItself(String path) {
    return attempt("curl", "-sf", "-m", "3", "-o", "/dev/null", "http://127.0.0.1:8008" + path)
            .getExitCode()
        == 0;
  }

  /// The answer to a query, asked past every proxy.
  ///
  /// @throws SQLException when the server does not answer
  String ask(String database, String sql) throws SQLException {
    try (Connection connection = Postgres.superuser(address(), database)) {
      return Postgres.ask(connection, sql);
    }
  }

  /// @param tags as in `patroni.yml`; empty for none
  void setTags(String tags) {
    run("sed", "-i", "/^tags:/d", "/etc/lab/patroni.yml");
    if (!tags.isEmpty()) {
      run("sed", "-i", "$ a tags: { " + tags + " }", "/etc/lab/patroni.yml");
    }
    patronictl("reload", SCOPE, name(), "--force");
  }

  String patronictl(String... arguments) {
    String[] command = new String[arguments.length + 3];
    command[0] = "patronictl";
    command[1] = "-c";
    command[2] = "/etc/lab/patroni.yml";
    System.arraycopy(arguments, 0, command, 3, arguments.length);
    return run(command);
  }
}
