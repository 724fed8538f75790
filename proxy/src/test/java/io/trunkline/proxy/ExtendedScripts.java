package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Frontend.bind;
import static io.trunkline.proxy.rig.Frontend.bindBinary;
import static io.trunkline.proxy.rig.Frontend.closePortal;
import static io.trunkline.proxy.rig.Frontend.closeStatement;
import static io.trunkline.proxy.rig.Frontend.concat;
import static io.trunkline.proxy.rig.Frontend.describePortal;
import static io.trunkline.proxy.rig.Frontend.describeStatement;
import static io.trunkline.proxy.rig.Frontend.execute;
import static io.trunkline.proxy.rig.Frontend.flush;
import static io.trunkline.proxy.rig.Frontend.int32;
import static io.trunkline.proxy.rig.Frontend.message;
import static io.trunkline.proxy.rig.Frontend.parse;
import static io.trunkline.proxy.rig.Frontend.query;
import static io.trunkline.proxy.rig.Frontend.sync;

import io.trunkline.proxy.rig.Script;
import java.util.List;
import java.util.stream.Stream;

/// Scripts of the extended query protocol. PostgreSQL docs, "Extended Query" and "Pipelining".
final class ExtendedScripts {
  private static final int INT4 = 23;
  private static final int TEXT = 25;
  private static final String NUMBERS = "SELECT n FROM numbers ORDER BY n";

  private ExtendedScripts() {}

  static Stream<Script> all() {
    return Stream.of(
            plain(), bySql(), statements(), errors(), portals(), pipelines(), mixed(), healing())
        .flatMap(List::stream);
  }

  /// Parse, Bind, Describe, Execute of the unnamed statement.
  static byte[] run(String sql, String... values) {
    return concat(parse("", sql), bind("", "", values), describePortal(""), execute("", 0));
  }

  /// Bind and Execute of a statement there is already.
  static byte[] again(String statement, String... values) {
    return concat(bind("", statement, values), execute("", 0));
  }

  private static Script script(String name) {
    return Script.named("extended: " + name);
  }

  private static List<Script> plain() {
    return List.of(
        script("unnamed").sync(run("SELECT 1")),
        script("parameters").sync(run("SELECT $1::int + 1, $2::text, $3::date", "41", null, null)),
        script("binary")
            .sync(
                parse("", "SELECT $1 + 1", INT4),
                bindBinary("", "", List.of(int32(41))),
                describePortal(""),
                execute("", 0)),
        script("empty query").sync(run("")),
        script("no data").sync(run("SET LOCAL work_mem = '4MB'")),
        script("insert").sync(run("INSERT INTO sink VALUES ($1)", "5")),
        script("notice").sync(run("DO $$BEGIN RAISE NOTICE 'x'; END$$")),
        script("only sync").send(sync(), sync(), sync()),
        script("flush at every step")
            .send(parse("", "SELECT 1"), flush())
            .await('1')
            .send(bind("", ""), flush())
            .await('2')
            .send(describePortal(""), flush())
            .await('T')
            .send(execute("", 0), flush())
            .await('C')
            .sync(),
        script("flush without sync")
            .send(run("SELECT 1"), flush())
            .await('C')
            .send(run("SELECT 2")),
        script("twice before sync").sync(run("SELECT 1"), run("SELECT 2")),
        script("unnamed kept over sync")
            .sync(parse("", "SELECT 1"))
            .sync(again(""))
            .sync(again("")),
        script("unnamed replaced by query")
            .sync(parse("", "SELECT 1"))
            .query("SELECT 2")
            .sync(again("")));
  }

  /// Statements whose SQL is about other statements, or about the transaction they are in.
  private static List<Script> bySql() {
    return List.of(
        script("deallocate by message")
            .sync(parse("s", "SELECT 1"))
            .sync(run("DEALLOCATE s"))
            .sync(again("s"))
            .sync(parse("s", "SELECT 2"), describeStatement("s")),
        script("deallocate by message, prepared and not run")
            .sync(parse("s", "SELECT 1"))
            .sync(parse("", "DEALLOCATE s"))
            .sync(again("s")),
        script("deallocate by message in a failed transaction")
            .sync(parse("s", "SELECT 1"))
            .sync(run("BEGIN"))
            .sync(run("SELECT 1/0"))
            .sync(run("DEALLOCATE s"))
            .sync(run("ROLLBACK"))
            .sync(again("s")),
        script("rollback prepared in a failed transaction, twice")
            .sync(parse("r", "ROLLBACK"))
            .sync(run("BEGIN"))
            .sync(run("SELECT 1/0"))
            .sync(parse("r2", "ROLLBACK"))
            .sync(parse("s", "SELECT 1"))
            .sync(again("r2"))
            .sync(again("r"))
            .sync(again("s")));
  }

  private static List<Script> statements() {
    byte[] s = parse("s", "SELECT $1::int");
    return List.of(
        script("named").sync(s).sync(again("s", "1")).sync(again("s", "2")),
        script("named, described").sync(s, describeStatement("s")).sync(describeStatement("s")),
        script("described, no data")
            .sync(parse("s", "SET work_mem = '4MB'"), describeStatement("s")),
        script("types given")
            .sync(parse("a", "SELECT $1", INT4), describeStatement("a"))
            .sync(parse("b", "SELECT $1", TEXT), describeStatement("b"))
            .sync(again("a", "1"))
            .sync(again("b", "1")),
        script("duplicate name").sync(s).sync(s).sync(again("s", "1")),
        script("duplicate name, other text").sync(s).sync(parse("s", "SELECT 9"), again("s")),
        script("duplicate name in one pipeline").sync(s, s, again("s", "1")).sync(again("s", "2")),
        script("closed").sync(s).sync(closeStatement("s")).sync(again("s", "1")),
        script("closed and parsed again")
            .sync(s)
            .sync(closeStatement("s"), parse("s", "SELECT 'new'"), again("s")),
        script("close unknown").sync(closeStatement("nobody"), closePortal("nobody")),
        script("close unnamed")
            .sync(parse("", "SELECT 1"))
            .sync(closeStatement(""))
            .sync(again("")),
        script("parse fails, name is free").sync(parse("s", "SELEC")).sync(s, again("s", "1")),
        script("parse skipped, name is free")
            .sync(run("SELECT 1/0"), s, again("s", "1"))
            .sync(s, again("s", "2")),
        script("close skipped, name is kept")
            .sync(s)
            .sync(run("SELECT 1/0"), closeStatement("s"))
            .sync(again("s", "1"))
            .sync(s),
        script("survives rollback").query("BEGIN").sync(s).query("ROLLBACK").sync(again("s", "1")),
        script("long name").sync(parse("n".repeat(5000), "SELECT 1")).sync(again("n".repeat(5000))),
        script("name with quotes").sync(parse("a\"b'c\\", "SELECT 1")).sync(again("a\"b'c\\")),
        script("same text, two names").sync(s, parse("s2", "SELECT $1::int"), again("s2", "1")),
        script("many names").sync(many()).sync(again("s7")).sync(again("s299")),
        script("ddl between")
            .query(tempTable())
            .sync(parse("s", "SELECT * FROM t"))
            .query("DROP TABLE t"));
  }

  private static byte[] many() {
    byte[][] all = new byte[300][];
    for (int i = 0; i < all.length; i++) {
      all[i] = parse("s" + i, "SELECT 'statement " + i + "'");
    }
    return concat(all);
  }

  private static String tempTable() {
    return "CREATE TEMP TABLE t (a int)";
  }

  private static List<Script> errors() {
    return List.of(
        script("bind unknown statement").sync(bind("", "nobody"), execute("", 0)),
        script("describe unknown statement").sync(describeStatement("nobody")),
        script("describe unknown portal").sync(describePortal("nobody")),
        script("execute unknown portal").sync(execute("nobody", 0)),
        script("unnamed never parsed").sync(bind("", ""), execute("", 0)),
        script("too few parameters").sync(parse("", "SELECT $1::int"), bind("", "")),
        script("bad parameter").sync(run("SELECT $1::int", "many")),
        script("syntax error skips to sync")
            .sync(run("SELEC"), run("SELECT 2"))
            .sync(run("SELECT 3")),
        script("two statements").sync(run("SELECT 1; SELECT 2")),
        script("query is skipped after an error")
            .send(parse("", "SELEC"), query("SELECT 'skipped'"), sync())
            .await('Z'),
        script("errors in a transaction")
            .sync(run("BEGIN"))
            .sync(run("SELECT 1/0"))
            .sync(run("SELECT 1"))
            .sync(parse("s", "SELECT 2"))
            .sync(run("ROLLBACK"))
            .sync(again("s")),
        script("unknown statement in a transaction")
            .query("BEGIN")
            .sync(again("nobody"))
            .query("SELECT 1")
            .query("ROLLBACK"),
        script("describe nothing known").sync(message('D', new byte[] {'X', 0})),
        script("close nothing known").sync(message('C', new byte[] {'X', 0})),
        script("bind cut short").sync(message('B', new byte[] {0, 0, 0, 1})),
        script("parse cut short").sync(message('P', new byte[] {'a', 0, 'b'})),
        script("execute cut short").sync(message('E', new byte[] {0, 0})));
  }

  private static List<Script> portals() {
    byte[] open = concat(parse("", NUMBERS), bind("p", ""));
    return List.of(
        script("row limit")
            .sync(parse("", NUMBERS), bind("", ""), execute("", 3), execute("", 2), execute("", 1)),
        script("row limit reached exactly")
            .sync(parse("", "SELECT 1"), bind("", ""), execute("", 1), execute("", 1)),
        script("suspended over sync in a transaction")
            .query("BEGIN")
            .sync(open, execute("p", 2))
            .sync(execute("p", 2))
            .sync(closePortal("p"))
            .sync(execute("p", 2))
            .query("ROLLBACK"),
        script("gone at sync").sync(open, execute("p", 2)).sync(execute("p", 2)),
        script("flush, then more rows")
            .send(open, execute("p", 2), flush())
            .await('s')
            .send(execute("p", 1), flush())
            .await('s')
            .sync(execute("p", 0)),
        script("two interleaved")
            .sync(open, bind("q", ""), execute("p", 1), execute("q", 2), execute("p", 1)),
        script("duplicate portal").sync(open, bind("p", "")),
        script("executed twice")
            .sync(parse("", "SELECT 1"), bind("", ""), execute("", 0), execute("", 0)),
        script("described while suspended")
            .sync(open, execute("p", 1), describePortal("p"), execute("p", 0)),
        script("closed while suspended")
            .sync(open, execute("p", 1), closePortal("p"), execute("p", 1)),
        script("statement closed, portal stays")
            .query("BEGIN")
            .sync(parse("s", NUMBERS), bind("p", "s"), execute("p", 1))
            .sync(closeStatement("s"), execute("p", 1))
            .query("COMMIT"),
        script("sql fetch from a portal")
            .query("BEGIN")
            .sync(open)
            .query("FETCH 2 FROM p")
            .query("END"));
  }

  private static List<Script> pipelines() {
    byte[] one = concat(run("SELECT $1::int", "1"), sync());
    byte[] bad = concat(run("SELECT 1/0"), sync());
    byte[][] hundred = new byte[100][];
    byte[][] thousands = new byte[3000][];
    for (int i = 0; i < thousands.length; i++) {
      thousands[i] = i % 7 == 3 ? bad : one;
      hundred[i % 100] = concat(run("SELECT $1::int", String.valueOf(i)), sync());
    }
    return List.of(
        script("a hundred syncs").send(hundred),
        script("thousands of small messages in one write").send(thousands),
        script("error in the middle").send(one, bad, one).send(bad, bad, one),
        script("error in the middle of one sync")
            .sync(run("SELECT 1"), run("SELECT 1/0"), run("SELECT 2"), run("SELECT 3")),
        script("implicit transaction over a pipeline")
            .sync(run("INSERT INTO sink VALUES (7)"), run("SELECT 1/0"))
            .sync(run("SELECT 1")),
        script("begin and commit in one pipeline")
            .sync(run("BEGIN"), run("SELECT 1"), run("COMMIT")),
        script("commit over several syncs")
            .send(run("BEGIN"), sync(), run("SELECT 1"), sync(), run("COMMIT"), sync(), one),
        script("statements made, used and closed in one write")
            .send(
                parse("s", "SELECT 1"), again("s"), sync(), again("s"), closeStatement("s"), sync())
            .send(parse("s", "SELECT 2"), again("s"), sync()),
        script("thousand flushes").send(flushes()).sync(run("SELECT 1")));
  }

  private static byte[] flushes() {
    byte[][] all = new byte[1000][];
    java.util.Arrays.fill(all, flush());
    return concat(all);
  }

  private static List<Script> mixed() {
    return List.of(
        script("query between")
            .send(
                run("SELECT 1"),
                sync(),
                query("SELECT 2"),
                run("SELECT 3"),
                sync(),
                query("SELECT 4")),
        script("query instead of sync")
            .send(parse("s", "SELECT 1"), bind("", "s"), query("SELECT 2")),
        script("sync right behind a query in a pipeline")
            .send(run("SELECT 1"), query("SELECT 2"))
            .await('Z')
            .sync()
            .query("SELECT 3")
            .query("SELECT 4"),
        script("work between a query in a pipeline and its sync")
            .send(run("SELECT 1"), query("SELECT 2"))
            .await('Z')
            .sync(run("SELECT 3"))
            .query("SELECT 4"),
        script("execute a protocol statement by sql")
            .sync(parse("s", "SELECT 1"))
            .query("EXECUTE s"),
        script("bind an sql statement").query("PREPARE s AS SELECT 1").sync(again("s")),
        script("listen and notify")
            .sync(run("LISTEN relay"), run("NOTIFY relay, 'x'"))
            .query("UNLISTEN *"),
        script("set")
            .sync(run("SET TimeZone = 'Asia/Tokyo'"))
            .query("SHOW TimeZone")
            .query("RESET ALL"));
  }

  /// Plans that die with their tables.
  private static List<Script> healing() {
    return List.of(
        script("result type changes in a transaction")
            .query("BEGIN")
            .query(tempTable())
            .sync(parse("s", "SELECT * FROM t"), again("s"))
            .query("ALTER TABLE t ADD b int")
            .sync(again("s"))
            .query("ROLLBACK")
            .sync(closeStatement("s")));
  }
}
