package io.trunkline.protocol.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the check says after statements that real servers have run.
class StateCheckIT {
  private static PostgresVersions versions;

  @BeforeAll
  static void start() throws Exception {
    versions = new PostgresVersions();
  }

  @AfterAll
  static void stop() throws IOException {
    versions.close();
  }

  static Stream<Integer> ports() {
    return versions.ports();
  }

  /// A client as the proxy sees it: its texts are scanned and run, then its state is checked.
  private static final class Client implements AutoCloseable {
    private final SqlScanner scanner = new SqlScanner();
    private final SessionHints hints = new SessionHints();
    private final RawSession session;
    private SessionSettings settings = SessionSettings.EMPTY;
    private Set<PinReason> pins = EnumSet.noneOf(PinReason.class);

    Client(int port, String user) throws IOException {
      session = new RawSession(port, user);
    }

    Client run(String... texts) throws IOException {
      for (String text : texts) {
        scan(text);
        session.run(text);
      }
      check();
      return this;
    }

    Client fail(String text) throws IOException {
      scan(text);
      session.fail(text);
      check();
      return this;
    }

    private void scan(String text) {
      ByteBuf sql = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
      ScannedStatements found = scanner.describe(sql, 0, sql.readableBytes());
      hints.add(found.effects(), found.settings());
    }

    private void check() throws IOException {
      if (!hints.isDue(pins)) {
        return;
      }
      StateCheck check = hints.check(settings, pins);
      TruthRows answer = check.answer();
      if (!check.isEmpty()) {
        session.rows(check.query()).forEach(answer::onDataRow);
      }
      settings = answer.truth().settings(settings);
      pins = answer.truth().pins(pins, settings);
      hints.clear(pins);
    }

    void has(Map<String, String> expected) {
      assertThat(settings.asMap()).isEqualTo(expected);
    }

    void pinnedFor(PinReason... reasons) {
      assertThat(pins).containsExactlyInAnyOrder(reasons);
    }

    @Override
    public void close() throws IOException {
      session.close();
    }
  }

  @ParameterizedTest
  @MethodSource("ports")
  void settings_setAndReset_areKnown(int port) throws IOException {
    try (Client client = new Client(port, "app")) {
      client.run("SET work_mem = '8MB'").has(Map.of("work_mem", "8MB"));
      client.run("BEGIN", "SET TIME ZONE -7", "SET NAMES 'UTF8'", "COMMIT");
      client.has(Map.of("work_mem", "8MB", "TimeZone", "<-07>+07", "client_encoding", "UTF8"));
      client.run("RESET TIME ZONE; RESET client_encoding").has(Map.of("work_mem", "8MB"));
      client.run("SET work_mem TO DEFAULT").has(Map.of());
      client.pinnedFor();
    }
  }

  @ParameterizedTest
  @MethodSource("ports")
  void settings_custom_areKnown(int port) throws IOException {
    try (Client client = new Client(port, "app")) {
      client.run("SELECT set_config('App.T', 'it''s', false)").has(Map.of("app.t", "it's"));
      client.run("SET \"app.t\" = E'a\\\\b'").has(Map.of("app.t", "a\\b"));
      client.run("RESET app.t").has(Map.of("app.t", ""));
      client.run("SELECT set_config('app.local', 'x', true)").has(Map.of("app.t", ""));
    }
  }

  @ParameterizedTest
  @MethodSource("ports")
  void settings_notKeptByTheServer_areNotTheSessions(int port) throws IOException {
    try (Client client = new Client(port, "app")) {
      client.run("SET LOCAL work_mem = '8MB'").has(Map.of());
      client.run("BEGIN", "SET TRANSACTION READ ONLY", "COMMIT").has(Map.of());
      client.run("SET transaction_isolation = 'serializable'").has(Map.of());
      client.fail("SET work_mem = 'lots'");
      client.fail("SET data_directory = 'x'").fail("SET app.x = 1; SELECT 1/0");
      client.has(Map.of("work_mem", "4MB", "app.x", ""));
      client.run("SET seed = 0.5", "RESET ALL").has(Map.of("app.x", ""));
    }
  }

  @ParameterizedTest
  @MethodSource("ports")
  void settings_rolledBack_areTheServersOwn(int port) throws IOException {
    try (Client client = new Client(port, "app")) {
      client.hints.add(SessionEffect.RESET_SETTING, SettingNames.NONE);
      client.run("BEGIN", "SET work_mem = '8MB'", "SET app.x = 1", "ROLLBACK");
      client.has(Map.of("app.x", ""));
      client.run("BEGIN; SET work_mem = '8MB'; COMMIT; BEGIN; SET work_mem = '9MB'; ROLLBACK");
      client.has(Map.of("app.x", "", "work_mem", "8MB"));
    }
  }

  @ParameterizedTest
  @MethodSource("ports")
  void settings_setInBodies_areFound(int port) throws IOException {
    try (Client client = new Client(port, "app")) {
      client.run("CALL sets_inside()").has(Map.of("work_mem", "9MB"));
      client.run("RESET work_mem");
      client.run("DO $$ BEGIN PERFORM set_config('app.x', 'y', false); END $$");
      client.has(Map.of("app.x", "y"));
      client.run("DO $$ BEGIN EXECUTE 'SET lock_timeout = 5'; END $$");
      client.has(Map.of("app.x", "y", "lock_timeout", "5ms"));
      client.pinnedFor();
      client.run("SELECT set_config(x, 'z', false) FROM (VALUES ('app.q')) v (x)");
      client.pinnedFor(PinReason.UNKNOWN_SETTING);
    }
  }

  @ParameterizedTest
  @MethodSource("ports")
  void settings_identities_areKnown(int port) throws IOException {
    try (Client client = new Client(port, "postgres")) {
      client.run("SET ROLE \"Ap'p\"").has(Map.of("role", "Ap'p"));
      client.run("RESET ROLE").has(Map.of());
      client.run("SET SESSION AUTHORIZATION app").has(Map.of("session_authorization", "app"));
      client.run("SET ROLE \"Ap'p\"");
      client.has(Map.of("session_authorization", "app", "role", "Ap'p"));
      client.run("DO $$ BEGIN NULL; END $$");
      client.has(Map.of("session_authorization", "app", "role", "Ap'p"));
      client.run("RESET ROLE; RESET SESSION AUTHORIZATION").has(Map.of());
      client.run("DO $$ BEGIN NULL; END $$").has(Map.of());
    }
  }

  /// A login that ALTER ROLE … SET role has given a role: none is then a setting of its own.
  @ParameterizedTest
  @MethodSource("ports")
  void settings_noneWhereARoleIsDefault_isCarried(int port) throws IOException {
    try (Client client = new Client(port, "owned")) {
      assertThat(client.session.value("SELECT current_user")).isEqualTo("app");
      client.run("SET ROLE NONE").has(Map.of("role", "none"));
    }
  }

  @ParameterizedTest
  @MethodSource("ports")
  void settings_everythingCleared_areNone(int port) throws IOException {
    try (Client client = new Client(port, "app")) {
      client.run("SET work_mem = '8MB'; SET ROLE \"Ap'p\"; SET app.x = 'y'");
      client.run("RESET ALL").has(Map.of("role", "Ap'p", "app.x", ""));
      client.run("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY");
      assertThat(client.settings.get("default_transaction_read_only")).isEqualTo("on");
      client.run("DISCARD ALL").has(Map.of("app.x", ""));
    }
  }

  @ParameterizedTest
  @MethodSource("ports")
  void settings_afterChangeOfEncoding_areReadAgain(int port) throws IOException {
    try (Client client = new Client(port, "app")) {
      client.run("SET app.x = 'Ã©'").has(Map.of("app.x", "Ã©"));
      client.run("SET client_encoding = LATIN1");
      client.has(Map.of("app.x", "é", "client_encoding", "LATIN1"));
    }
  }

  @ParameterizedTest
  @MethodSource("ports")
  void check_hostileSession_stillTellsTheTruth(int port) throws IOException {
    try (Client client = new Client(port, "app")) {
      client.run("SET search_path = evil, pg_catalog; SET standard_conforming_strings = off");
      client.run("DO $$ BEGIN NULL; END $$", "SET app.x = 'y'", "LISTEN c; PREPARE p AS SELECT 1");
      client.pinnedFor(PinReason.LISTEN, PinReason.PREPARE);
      client.run("SELECT pg_advisory_lock(1)", "CREATE TEMP TABLE x (i int4)", "CALL sets()");
    } catch (RawSession.ServerError expected) {
      // There is no procedure of that name; the state is as before.
    }
    try (Client client = new Client(port, "app")) {
      client.run("SET search_path = evil, pg_catalog", "SELECT pg_advisory_lock(1)");
      client.pinnedFor(PinReason.ADVISORY_LOCK);
      client.run("CREATE TEMP TABLE x (i int4)", "DO $$ BEGIN NULL; END $$");
      client.pinnedFor(PinReason.ADVISORY_LOCK, PinReason.TEMP_OBJECT);
      client.has(Map.of("search_path", "evil, pg_catalog"));
    }
  }

  @ParameterizedTest
  @MethodSource("ports")
  void pins_listen_endsWithUnlisten(int port) throws IOException {
    try (Client client = new Client(port, "app")) {
      client.run("BEGIN", "LISTEN c", "ROLLBACK").pinnedFor();
      client.run("LISTEN c", "LISTEN d").pinnedFor(PinReason.LISTEN);
      client.run("UNLISTEN c").pinnedFor(PinReason.LISTEN);
      client.run("UNLISTEN *").pinnedFor();
    }
  }

  @ParameterizedTest
  @MethodSource("ports")
  void pins_prepare_outlivesRollback(int port) throws IOException {
    try (Client client = new Client(port, "app")) {
      client.run("BEGIN", "PREPARE p AS SELECT set_config('app.x', 'y', false)", "ROLLBACK");
      client.pinnedFor(PinReason.PREPARE);
      client.run("EXECUTE p").run("DEALLOCATE p").pinnedFor();
      client.has(Map.of("app.x", "y"));
    }
  }

  @ParameterizedTest
  @MethodSource("ports")
  void pins_advisoryLock_outlivesRollback(int port) throws IOException {
    try (Client client = new Client(port, "app")) {
      client.run("SELECT pg_advisory_xact_lock(7)").pinnedFor();
      client.run("BEGIN", "SELECT pg_advisory_lock(7)", "ROLLBACK");
      client.pinnedFor(PinReason.ADVISORY_LOCK);
      client.run("SELECT pg_advisory_lock(7)", "SELECT pg_advisory_unlock(7)");
      client.pinnedFor(PinReason.ADVISORY_LOCK);
      client.run("SELECT pg_advisory_unlock_all()").pinnedFor();
      client.run("SELECT pg_try_advisory_lock_shared(1), pg_advisory_unlock_shared(1)").pinnedFor();
    }
  }

  @ParameterizedTest
  @MethodSource("ports")
  void pins_temporaryObjects_endWithTheLast(int port) throws IOException {
    try (Client client = new Client(port, "app")) {
      client.run("BEGIN", "CREATE TEMP TABLE x (i int)", "ROLLBACK").pinnedFor();
      client.run("BEGIN", "CREATE TEMP TABLE x (i int) ON COMMIT DROP", "COMMIT").pinnedFor();
      client.run("CREATE TEMP TABLE x (i int)").pinnedFor(PinReason.TEMP_OBJECT);
      client.run("CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'");
      client.run("DROP TABLE x").pinnedFor(PinReason.TEMP_OBJECT);
      client.run("DROP FUNCTION pg_temp.f()").pinnedFor();
      client.run("SELECT 1 AS i INTO TEMP x").pinnedFor(PinReason.TEMP_OBJECT);
      client.run("DISCARD TEMP").pinnedFor();
      client.run("CREATE TEMP SEQUENCE s; CREATE TEMP VIEW v AS SELECT 1");
      client.pinnedFor(PinReason.TEMP_OBJECT);
    }
  }

  @ParameterizedTest
  @MethodSource("ports")
  void pins_searchPathWithPgTemp_endsWithIt(int port) throws IOException {
    try (Client client = new Client(port, "app")) {
      client.run("SET search_path = pg_temp").pinnedFor(PinReason.TEMP_OBJECT);
      client.run("CREATE TABLE x (i int)", "SET search_path = public");
      client.pinnedFor(PinReason.TEMP_OBJECT);
      client.run("DROP TABLE x").pinnedFor();
    }
  }

  @ParameterizedTest
  @MethodSource("ports")
  void pins_holdCursor_endsWithClose(int port) throws IOException {
    String declare = "DECLARE c CURSOR WITH HOLD FOR SELECT 1";
    try (Client client = new Client(port, "app")) {
      client.run("BEGIN", declare, "ROLLBACK").pinnedFor();
      client.run("BEGIN", declare, "COMMIT").pinnedFor(PinReason.HOLD_CURSOR);
      client.run("FETCH c", "CLOSE c").pinnedFor();
    }
  }

  @ParameterizedTest
  @MethodSource("ports")
  void pins_all_endWithDiscardAll(int port) throws IOException {
    try (Client client = new Client(port, "app")) {
      client.run(
          "LISTEN c; PREPARE p AS SELECT 1; CREATE TEMP TABLE x (i int)",
          "SELECT pg_advisory_lock(1); DECLARE c CURSOR WITH HOLD FOR SELECT 1");
      client.pinnedFor(
          PinReason.LISTEN,
          PinReason.PREPARE,
          PinReason.TEMP_OBJECT,
          PinReason.ADVISORY_LOCK,
          PinReason.HOLD_CURSOR);
      client.run("DISCARD ALL").pinnedFor();
    }
  }

  @ParameterizedTest
  @MethodSource("ports")
  void pins_bodies_areLookedInto(int port) throws IOException {
    try (Client client = new Client(port, "app")) {
      client.run("DO $$ BEGIN EXECUTE 'LISTEN c'; PERFORM pg_advisory_lock(1); END $$");
      client.pinnedFor(PinReason.LISTEN, PinReason.ADVISORY_LOCK);
      client.run("DO $$ BEGIN EXECUTE 'UNLISTEN c'; PERFORM pg_advisory_unlock_all(); END $$");
      client.pinnedFor();
    }
  }

  @ParameterizedTest
  @MethodSource("ports")
  void pins_largeSetting_isNotCarried(int port) throws IOException {
    try (Client client = new Client(port, "app")) {
      client.run("SET app.x = '" + "y".repeat(10_000) + "'").pinnedFor(PinReason.LARGE_SETTING);
      client.has(Map.of());
    }
  }
}
