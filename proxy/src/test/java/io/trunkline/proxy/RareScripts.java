package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Frontend.bind;
import static io.trunkline.proxy.rig.Frontend.execute;
import static io.trunkline.proxy.rig.Frontend.functionCall;
import static io.trunkline.proxy.rig.Frontend.int32;
import static io.trunkline.proxy.rig.Frontend.parse;
import static io.trunkline.proxy.rig.Frontend.query;
import static io.trunkline.proxy.rig.Frontend.sync;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.trunkline.proxy.rig.Script;
import java.util.List;
import java.util.stream.Stream;

/// Scripts of FunctionCall (PostgreSQL docs, "Function Call"), large objects, and messages larger
/// than any buffer.
final class RareScripts {
  private static final int INT4PL = 177;
  private static final int INT4DIV = 154;
  private static final int LO_CREATE = 715;
  private static final int LO_OPEN = 952;
  private static final int LO_CLOSE = 953;
  private static final int LOREAD = 954;
  private static final int LOWRITE = 955;
  private static final int LO_UNLINK = 964;
  private static final int INV_READ_WRITE = 0x60000;
  private static final byte[] LARGE_OBJECT = int32(471_100);

  private RareScripts() {}

  static Stream<Script> all() {
    return Stream.concat(functions().stream(), large().stream());
  }

  private static Script script(String name) {
    return Script.named("rare: " + name);
  }

  private static List<Script> functions() {
    byte[] sum = functionCall(INT4PL, int32(40), int32(2));
    byte[] bad = functionCall(INT4DIV, int32(1), int32(0));
    return List.of(
        script("function call").send(sum).await('Z'),
        script("function call, null").send(functionCall(INT4PL, int32(40), null)).await('Z'),
        script("function call, error").send(bad).await('Z').query("SELECT 1"),
        script("function call, unknown").send(functionCall(1, int32(1))).await('Z'),
        script("function calls in one write").send(sum, bad, query("SELECT 1"), sum, sum),
        script("function call in a failed transaction")
            .query("BEGIN")
            .query("SELECT 1/0")
            .send(sum)
            .await('Z')
            .query("ROLLBACK"),
        script("function call in a pipeline").send(parse("", "SELECT 1"), sum, sync()),
        script("large object by function call")
            .query("BEGIN")
            .send(functionCall(LO_CREATE, LARGE_OBJECT))
            .await('V')
            .send(functionCall(LO_OPEN, LARGE_OBJECT, int32(INV_READ_WRITE)))
            .await('V')
            .send(functionCall(LOWRITE, int32(0), "x".repeat(100_000).getBytes(UTF_8)))
            .await('V')
            .send(functionCall(LO_CLOSE, int32(0)))
            .send(functionCall(LO_OPEN, LARGE_OBJECT, int32(INV_READ_WRITE)))
            .send(functionCall(LOREAD, int32(0), int32(60_000)))
            .send(functionCall(LO_UNLINK, LARGE_OBJECT))
            .query("ROLLBACK"));
  }

  private static List<Script> large() {
    String text = "x".repeat(20_000_000);
    return List.of(
        script("huge query").query("SELECT length('" + text + "')"),
        script("huge parse")
            .sync(parse("", "SELECT length('" + text + "')"), bind("", ""), execute("", 0)),
        script("huge named parse")
            .sync(parse("s", "SELECT length('" + text + "')"))
            .sync(bind("", "s"), execute("", 0)),
        script("huge bind")
            .sync(parse("", "SELECT length($1)"), bind("", "", text), execute("", 0)),
        script("huge value there and back")
            .sync(parse("", "SELECT $1::text"), bind("", "", text), execute("", 0)),
        script("huge value").query("SELECT repeat('x', 50000000)"),
        script("huge values in a pipeline")
            .send(query("SELECT repeat('x', 9000000)"), query("SELECT repeat('y', 9000000)")),
        script("huge notice").query("DO $$BEGIN RAISE NOTICE '%', repeat('x', 3000000); END$$"),
        script("huge error").query("DO $$BEGIN RAISE EXCEPTION '%', repeat('x', 3000000); END$$"));
  }
}
