package io.trunkline.conf.pgbouncer;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Translates one line of `[databases]`.
final class DatabaseLine {

  /// Sent in the StartupMessage by PgBouncer; a query that a new connection runs does the same.
  private static final List<String> PARAMETERS =
      List.of("client_encoding", "datestyle", "timezone", "application_name");

  private final Assignments options;
  private final ProcessOptions process;
  private final Report report;
  private final Draft.Section database = new Draft.Section();

  DatabaseLine(Assignments options, ProcessOptions process, Report report) {
    this.options = options;
    this.process = process;
    this.report = report;
  }

  Draft.Section translate(Servers servers) {
    String cluster = servers.of(options);
    if (cluster != null) {
      database.set("cluster", cluster, options.from("host"));
    }
    options.carry(database::set);
    if (!options.isGiven("max_db_client_connections") && process.clientsOfDatabase() > 0) {
      database.set("max_client_connections", Integer.toString(process.clientsOfDatabase()), null);
    }
    forcedUser();
    pool();
    connectQuery();
    return database;
  }

  private void forcedUser() {
    boolean forced = options.isGiven("user");
    if (options.isGiven("password") && forced) {
      database.set("password", options.text("password"), options.from("password"));
    } else if (options.isGiven("password")) {
      report.lost(options.place("password"), "it belongs to no user: there is no user= beside it");
    }
    if (!forced && process.takesAnyUser()) {
      report.mistake(options.place("user"), "no user=", "one, while auth_type is any");
    }
  }

  private void pool() {
    if (options.isGiven("pool_size")) {
      int size = options.number("pool_size");
      String text = size == 0 ? ProcessOptions.UNBOUNDED : Integer.toString(size);
      database.set("pool.size", text, options.from("pool_size"));
    }
    if (options.isGiven("min_pool_size")) {
      String least = Integer.toString(options.number("min_pool_size"));
      database.set("pool.min_size", least, options.from("min_pool_size"));
    }
  }

  private void connectQuery() {
    List<String> statements = new ArrayList<>();
    @Nullable Place from = options.from("connect_query");
    for (String parameter : PARAMETERS) {
      if (options.isGiven(parameter)) {
        String value = options.text(parameter).replace("'", "''");
        statements.add("SET %s TO '%s'".formatted(parameter, value));
        from = options.from(parameter);
      }
    }
    if (!options.text("connect_query").isEmpty()) {
      statements.add(options.text("connect_query"));
    }
    if (!statements.isEmpty()) {
      database.set("connect_query", String.join("; ", statements), from);
    }
  }
}
