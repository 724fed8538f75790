package io.trunkline.proxy.drivers;

import java.util.List;

/// Every trial there is, in the order of `docs/drivers.md`.
public final class Trials {
  private static final String CLIENT = "postgresql-client python3";

  private Trials() {}

  public static List<Trial> all() {
    return List.of(
        new JdbcTrial(),
        new VertxTrial(),
        python("psycopg2", "python3-psycopg2", "psycopg2"),
        python("psycopg3", "python3-psycopg", "psycopg"),
        python("asyncpg", "python3-asyncpg", "asyncpg"),
        python(
            "sqlalchemy",
            "python3-sqlalchemy python3-psycopg2 python3-asyncpg",
            "sqlalchemy",
            "psycopg2",
            "asyncpg"),
        new ProgramTrial("node-postgres", new NodeLauncher("pg_trial.mjs", "pg")),
        new ProgramTrial("postgres.js", new NodeLauncher("postgresjs_trial.mjs", "postgres")),
        new ProgramTrial(
            "libpq-go", new GoLauncher("libpq", "github.com/lib/pq", "golang-github-lib-pq-dev")),
        tool("psql", "psql_trial.py", "psql"),
        tool("pg_dump", "dump_trial.py", "pg_dump", "pg_restore", "vacuumdb"),
        tool("pgbench", "pgbench_trial.py", "pgbench"),
        tool("replication", "replication_trial.py", "pg_basebackup", "pg_recvlogical"));
  }

  private static Trial python(String name, String packages, String... modules) {
    String script = "python/" + name + "_trial.py";
    return new ProgramTrial(
        name, new PythonLauncher(script, List.of(modules), List.of(), "python3 " + packages));
  }

  private static Trial tool(String name, String script, String... programs) {
    return new ProgramTrial(
        name, new PythonLauncher("tools/" + script, List.of(), List.of(programs), CLIENT));
  }
}
