package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Frontend.bind;
import static io.trunkline.proxy.rig.Frontend.concat;
import static io.trunkline.proxy.rig.Frontend.copyData;
import static io.trunkline.proxy.rig.Frontend.copyDone;
import static io.trunkline.proxy.rig.Frontend.copyFail;
import static io.trunkline.proxy.rig.Frontend.describePortal;
import static io.trunkline.proxy.rig.Frontend.execute;
import static io.trunkline.proxy.rig.Frontend.flush;
import static io.trunkline.proxy.rig.Frontend.parse;
import static io.trunkline.proxy.rig.Frontend.query;
import static io.trunkline.proxy.rig.Frontend.sync;

import io.trunkline.proxy.rig.Script;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Scripts of COPY. PostgreSQL docs, "COPY Operations".
final class CopyScripts {
  private static final String IN = "COPY sink FROM STDIN";
  private static final byte[] ROWS = copyData("1\n2\n3\n");
  private static final byte[] BAD = copyData("4\nfive\n");

  private CopyScripts() {}

  static Stream<Script> all() {
    return Stream.of(out(), in(), failing(), extended(), stray()).flatMap(List::stream);
  }

  private static Script script(String name) {
    return Script.named("copy: " + name);
  }

  private static byte[] start(String sql) {
    return concat(parse("", sql), bind("", ""), describePortal(""), execute("", 0));
  }

  private static byte[] times(int count, byte[] message) {
    byte[][] all = new byte[count][];
    Arrays.fill(all, message);
    return concat(all);
  }

  private static List<Script> out() {
    return List.of(
        script("out").query("COPY numbers TO STDOUT"),
        script("out, query").query("COPY (SELECT 1, NULL, 'x') TO STDOUT"),
        script("out, no rows").query("COPY (SELECT 1 WHERE false) TO STDOUT"),
        script("out, binary").query("COPY (SELECT 1, 'x'::text) TO STDOUT (FORMAT binary)"),
        script("out, bad query").query("COPY nowhere TO STDOUT"),
        script("out, error in the middle")
            .query("COPY (SELECT 1/(500 - n) FROM numbers ORDER BY n) TO STDOUT"),
        script("out, then more")
            .query("COPY (SELECT 1) TO STDOUT; SELECT 2; COPY (SELECT 3) TO STDOUT"),
        script("out, large")
            .query("COPY (SELECT repeat('x', 1000) FROM numbers, numbers b LIMIT 20000) TO STDOUT"),
        script("out in a transaction")
            .query("BEGIN")
            .query("COPY (SELECT 1) TO STDOUT")
            .query("END"));
  }

  private static List<Script> in() {
    return List.of(
        script("in").send(query(IN)).await('G').send(ROWS, copyDone()).await('Z'),
        script("in, no rows").send(query(IN)).await('G').send(copyDone()).await('Z'),
        script("in, not waiting").send(query(IN), ROWS, ROWS, copyDone(), query("SELECT 1")),
        script("in, rows cut anywhere")
            .send(query(IN))
            .await('G')
            .send(copyData("1"), copyData("2\n3"), copyData(""), copyData("\n"), copyDone())
            .await('Z'),
        script("in, many small").send(query(IN), times(5000, copyData("7\n")), copyDone()),
        script("in, one large").send(query(IN), copyData("8\n".repeat(500_000)), copyDone()),
        script("in, end-of-data mark").send(query(IN), copyData("1\n\\.\n"), copyDone()),
        script("in, given up").send(query(IN)).await('G').send(ROWS, copyFail("tired")).await('Z'),
        script("in, given up at once").send(query(IN), copyFail("")),
        script("in a transaction")
            .query("BEGIN")
            .send(query(IN), ROWS, copyDone())
            .await('Z')
            .query("ROLLBACK"),
        script("in, given up in a transaction")
            .query("BEGIN")
            .send(query(IN), ROWS, copyFail("tired"))
            .await('Z')
            .query("SELECT 1")
            .query("ROLLBACK"),
        script("in, then more")
            .send(
                query(IN + "; SELECT 1; " + IN + "; SELECT 2"), ROWS, copyDone(), ROWS, copyDone()),
        script("in, first of two given up")
            .send(query(IN + "; SELECT 1; " + IN), ROWS, copyFail("x"), ROWS, copyDone()));
  }

  private static List<Script> failing() {
    return List.of(
        script("in, bad row").send(query(IN)).await('G').send(BAD, copyDone()).await('Z'),
        script("in, bad row, client goes on")
            .send(query(IN))
            .await('G')
            .send(BAD, times(1000, ROWS), copyDone(), query("SELECT 1"))
            .await('D'),
        script("in, bad row, client goes on later")
            .send(query(IN))
            .await('G')
            .send(BAD)
            .await('Z')
            .send(times(1000, ROWS))
            .send(times(1000, ROWS), copyDone(), query("SELECT 1"))
            .await('D'),
        script("in, bad row, client gives up later")
            .send(query(IN), BAD)
            .await('Z')
            .send(ROWS, copyFail("late"), query("SELECT 1")),
        script("in, bad row in a transaction, client goes on")
            .query("BEGIN")
            .send(query(IN), BAD)
            .await('Z')
            .send(ROWS, copyDone(), query("ROLLBACK")),
        script("in, unknown table, client goes on")
            .send(query("COPY nowhere FROM STDIN"), ROWS, copyDone(), query("SELECT 1")),
        script("in, flush and sync do not count")
            .send(query(IN), ROWS, flush(), sync(), ROWS, sync(), copyDone(), query("SELECT 1")),
        script("in, query in the middle")
            .send(query(IN), ROWS, query("SELECT 'eaten'"), query("SELECT 1")),
        script("in, parse in the middle")
            .send(query(IN), ROWS, parse("", "SELECT 1"), sync(), query("SELECT 1")));
  }

  private static List<Script> extended() {
    return List.of(
        script("extended out").sync(start("COPY (SELECT 1) TO STDOUT")),
        script("extended out, pipelined")
            .send(start("COPY (SELECT 1) TO STDOUT"), sync(), start("SELECT 2"), sync()),
        script("extended in")
            .send(start(IN), flush())
            .await('G')
            .send(ROWS, copyDone(), sync())
            .await('Z'),
        script("extended in, early sync")
            .send(start(IN), sync())
            .await('G')
            .send(ROWS, copyDone(), sync())
            .await('Z'),
        script("extended in, not waiting")
            .send(start(IN), ROWS, copyDone(), sync(), query("SELECT 1")),
        script("extended in, given up")
            .send(start(IN), flush())
            .await('G')
            .send(ROWS, copyFail("tired"), sync())
            .await('Z'),
        script("extended in, bad row, client goes on")
            .send(start(IN), BAD, times(100, ROWS), copyDone(), start("SELECT 'skipped'"), sync())
            .await('Z')
            .sync(start("SELECT 1")),
        script("extended in, early sync, bad row")
            .send(start(IN), sync())
            .await('G')
            .send(BAD, ROWS, copyDone(), sync())
            .await('Z'),
        script("extended in, more before sync")
            .send(start(IN), ROWS, copyDone(), start("SELECT 2"), sync()),
        script("extended in, two in a pipeline")
            .send(start(IN), ROWS, copyDone(), start(IN), ROWS, copyDone(), sync())
            .await('Z'));
  }

  private static List<Script> stray() {
    return List.of(
        script("data out of place").send(ROWS, query("SELECT 1"), ROWS, query("SELECT 2")),
        script("done out of place").send(copyDone(), query("SELECT 1"), copyDone(), copyDone()),
        script("fail out of place").send(copyFail("x"), query("SELECT 1")),
        script("data out of place in a transaction")
            .query("BEGIN")
            .send(ROWS, copyDone(), query("SELECT 1"))
            .await('Z')
            .query("END"),
        script("data out of place in a pipeline")
            .send(start("SELECT 1"), ROWS, copyDone(), start("SELECT 2"), sync()));
  }
}
