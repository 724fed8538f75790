package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Frontend.message;
import static io.trunkline.proxy.rig.Frontend.query;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.trunkline.proxy.rig.Script;
import java.util.List;
import java.util.stream.Stream;

/// Scripts of the simple query protocol. PostgreSQL docs, "Simple Query".
final class SimpleScripts {
  private SimpleScripts() {}

  static Stream<Script> all() {
    return Stream.of(singles(), transactions(), settings(), session(), malformed())
        .flatMap(List::stream);
  }

  private static Script queries(String name, String... texts) {
    Script script = Script.named(name);
    for (String text : texts) {
      script = script.query(text);
    }
    return script;
  }

  private static List<Script> singles() {
    byte[] ten = query("SELECT 1; SELECT 2");
    return List.of(
        queries("select one", "SELECT 1"),
        queries("multi-statement", "SELECT 1; SELECT 'two'; SELECT NULL::int, 3"),
        queries("empty query", ""),
        queries("nothing but semicolons", ";;;"),
        queries("nothing but a comment", "-- nothing"),
        queries("empty statements in between", "SELECT 1;; ;SELECT 2;"),
        queries("no columns", "SELECT", "SELECT FROM numbers LIMIT 3"),
        queries("many rows", "SELECT * FROM numbers, generate_series(1, 20)"),
        queries("wide row", "SELECT repeat('x', 9000), repeat('y', 70000), n FROM numbers LIMIT 3"),
        queries("syntax error", "SELEC 1"),
        queries("runtime error", "SELECT 1/0"),
        queries("error in the middle", "SELECT 1; SELECT 1/0; SELECT 3"),
        queries("error after rows", "SELECT 1/(500 - n) FROM numbers ORDER BY n"),
        queries("unknown table", "SELECT * FROM nowhere", "SELECT 1"),
        queries("notice", "DO $$BEGIN RAISE NOTICE 'hello'; END$$"),
        queries("warning with detail", warning()),
        queries("raised error", "DO $$BEGIN RAISE EXCEPTION 'no' USING ERRCODE='TR001'; END$$"),
        queries("explain", "EXPLAIN (COSTS OFF) SELECT 1"),
        Script.named("ten queries in one write").send(ten, ten, ten, ten, ten),
        Script.named("query after error in one write")
            .send(query("SELECT 1/0"), query("SELECT 2"), query("bad"), query("SELECT 3")));
  }

  private static String warning() {
    return "DO $$BEGIN RAISE WARNING 'careful' USING DETAIL='d', HINT='h', TABLE='t'; END$$";
  }

  private static List<Script> transactions() {
    return List.of(
        queries("commit", "BEGIN", "INSERT INTO sink VALUES (1)", "COMMIT"),
        queries("rollback", "BEGIN", "INSERT INTO sink VALUES (1)", "ROLLBACK"),
        queries("failed transaction", "BEGIN", "SELECT 1/0", "SELECT 1", "COMMIT", "SELECT 2"),
        queries("savepoint", "BEGIN", "SAVEPOINT a", "SELECT 1/0", "ROLLBACK TO a", "COMMIT"),
        queries("begin and commit in one", "BEGIN; SELECT 1; COMMIT"),
        queries(
            "begin in one, commit in the next", "SELECT 0; BEGIN; SELECT 1", "COMMIT; SELECT 2"),
        queries("commit and chain", "BEGIN", "COMMIT AND CHAIN", "SELECT 1", "ROLLBACK"),
        queries("nothing to commit", "COMMIT", "ROLLBACK"),
        queries("begin twice", "BEGIN", "BEGIN", "END"),
        queries("implicit transaction fails", "INSERT INTO sink VALUES (2); SELECT 1/0"),
        queries("two-phase", "BEGIN", "PREPARE TRANSACTION 'relay'", "ROLLBACK PREPARED 'relay'"),
        queries("deferred error at commit", "BEGIN", deferred(), "COMMIT", "SELECT 1"),
        queries("read only", "BEGIN READ ONLY", "INSERT INTO sink VALUES (1)", "ROLLBACK"),
        Script.named("transaction in one write")
            .send(query("BEGIN"), query("SELECT 1"), query("SELECT 1/0"), query("ROLLBACK")));
  }

  private static String deferred() {
    return "INSERT INTO promises VALUES (-1)";
  }

  private static List<Script> settings() {
    return List.of(
        queries("set", "SET TimeZone = 'Asia/Tokyo'", "SHOW TimeZone", "RESET TimeZone"),
        queries("set application_name", "SET application_name = 'me'", "SHOW application_name"),
        queries("set custom", "SET app.tenant = 'x'", "SELECT current_setting('app.tenant')"),
        queries("set datestyle", "SET DateStyle = 'German'", "SELECT '2026-02-01'::date"),
        queries(
            "set_config", "SELECT set_config('TimeZone', 'Asia/Tokyo', false)", "SHOW TimeZone"),
        queries("set local", "BEGIN", "SET LOCAL TimeZone = 'UTC'", "COMMIT", "SHOW TimeZone"),
        queries("set rolled back", "BEGIN", "SET search_path = pg_catalog", "ROLLBACK", shows()),
        queries("set in a failed query", "SET search_path = pg_catalog; SELECT 1/0", shows()),
        queries("set unknown", "SET nonsense = 1", "SET TimeZone = 'Nowhere'"),
        queries("reset all", "SET work_mem = '5MB'", "RESET ALL", "SHOW work_mem"),
        queries("client encoding", "SET client_encoding = 'LATIN1'", "SELECT 'ae'", shows()),
        queries("session authorization", "SET SESSION AUTHORIZATION DEFAULT", "SELECT 1"),
        queries("discard all", "SET TimeZone = 'Asia/Tokyo'", "DISCARD ALL", "SHOW TimeZone"));
  }

  private static String shows() {
    return "SHOW search_path";
  }

  private static List<Script> session() {
    return List.of(
        queries(
            "temporary table",
            "CREATE TEMP TABLE t (n int)",
            "SELECT n + 1 FROM t",
            "DROP TABLE t"),
        queries("cursor", "BEGIN", declare("c"), "FETCH 3 FROM c", "MOVE 5 IN c", "FETCH c", "END"),
        queries("cursor with hold", declare("c WITH HOLD"), "FETCH 2 FROM c", "CLOSE c", "FETCH c"),
        queries("sql prepare", "PREPARE p AS SELECT 7", "EXECUTE p", "DEALLOCATE p", "EXECUTE p"),
        queries("sql prepare twice", "PREPARE p AS SELECT 7", "PREPARE p AS SELECT 8", "EXECUTE p"),
        queries("advisory lock", lock("pg_advisory_lock"), lock("pg_advisory_unlock")),
        queries("advisory unlock without lock", lock("pg_advisory_unlock")),
        queries("own notification", "LISTEN relay", "NOTIFY relay, 'a'", "UNLISTEN relay"),
        queries("notification at commit", "LISTEN relay", "BEGIN", notifyTwice(), "COMMIT"),
        queries("notification rolled back", "LISTEN relay", "BEGIN", notifyTwice(), "ROLLBACK"),
        queries("no notification after unlisten", "LISTEN relay", "UNLISTEN *", "NOTIFY relay"),
        queries("terminate oneself", "SELECT pg_terminate_backend(pg_backend_pid())"));
  }

  private static String declare(String cursor) {
    String[] words = cursor.split(" ", 2);
    String hold = words.length > 1 ? words[1] : "";
    return "DECLARE %s CURSOR %s FOR SELECT n FROM numbers ORDER BY n".formatted(words[0], hold);
  }

  private static String lock(String function) {
    return "SELECT " + function + "(4711)";
  }

  private static String notifyTwice() {
    return "NOTIFY relay, 'b'; NOTIFY relay, 'c'; NOTIFY relay, 'b'";
  }

  private static List<Script> malformed() {
    return List.of(
        Script.named("query without terminator").send(message('Q', "SELECT 1".getBytes(UTF_8))),
        Script.named("query with bytes behind the terminator")
            .send(message('Q', "SELECT 1\0x\0".getBytes(UTF_8))),
        Script.named("query that is not UTF-8")
            .send(message('Q', new byte[] {'S', (byte) 0xff, (byte) 0xfe, 0})),
        Script.named("sync with a body").send(message('S', new byte[] {1}), query("SELECT 1")));
  }
}
