package io.trunkline.protocol.sql;

import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.ServerOptions;
import java.io.IOException;
import java.util.stream.Stream;

/// One server of the oldest and one of the newest PostgreSQL, with the users and objects the tests
/// of this package need.
final class PostgresVersions implements AutoCloseable {
  private final EmbeddedServer oldest;
  private final EmbeddedServer newest;

  PostgresVersions() throws Exception {
    oldest = start(ServerOptions.OLDEST);
    newest = start(ServerOptions.NEWEST);
  }

  private static EmbeddedServer start(int version) throws Exception {
    EmbeddedServer server = EmbeddedServer.create(ServerOptions.postgres(version));
    server.execute(
        """
        CREATE ROLE app LOGIN;
        CREATE ROLE "Ap'p" NOLOGIN;
        GRANT "Ap'p" TO app;
        CREATE ROLE owned LOGIN;
        ALTER ROLE owned SET role = 'app';
        GRANT app TO owned;
        GRANT CREATE ON SCHEMA public TO PUBLIC;
        CREATE PROCEDURE sets_inside() LANGUAGE plpgsql AS
          $$BEGIN PERFORM set_config('work_mem', '9MB', false); END$$;
        CREATE SCHEMA evil;
        GRANT ALL ON SCHEMA evil TO PUBLIC;
        CREATE FUNCTION evil.no(text, text) RETURNS bool LANGUAGE sql AS 'SELECT false';
        CREATE FUNCTION evil.no(oid, oid) RETURNS bool LANGUAGE sql AS 'SELECT false';
        CREATE FUNCTION evil.no(int, int) RETURNS bool LANGUAGE sql AS 'SELECT false';
        CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.no);
        CREATE OPERATOR evil.<> (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.no);
        CREATE OPERATOR evil.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = evil.no);
        CREATE OPERATOR evil.= (LEFTARG = int, RIGHTARG = int, FUNCTION = evil.no);
        CREATE FUNCTION evil.current_setting(text, bool) RETURNS text LANGUAGE sql AS
          'SELECT ''evil''';
        CREATE FUNCTION evil.set_config(text, text, bool) RETURNS text LANGUAGE sql AS
          'SELECT ''evil''';
        CREATE VIEW evil.pg_settings AS SELECT ''::text AS name, ''::text AS source;
        GRANT ALL ON evil.pg_settings TO PUBLIC;
        """);
    return server;
  }

  Stream<Integer> ports() {
    return Stream.of(oldest.port(), newest.port());
  }

  @Override
  public void close() throws IOException {
    oldest.close();
    newest.close();
  }
}
