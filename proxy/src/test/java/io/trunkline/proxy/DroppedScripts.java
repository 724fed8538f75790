package io.trunkline.proxy;

import static io.trunkline.proxy.ExtendedScripts.again;
import static io.trunkline.proxy.ExtendedScripts.run;
import static io.trunkline.proxy.rig.Frontend.bind;
import static io.trunkline.proxy.rig.Frontend.closeStatement;
import static io.trunkline.proxy.rig.Frontend.parse;
import static io.trunkline.proxy.rig.Frontend.query;
import static io.trunkline.proxy.rig.Frontend.sync;

import io.trunkline.proxy.rig.Script;
import java.util.List;
import java.util.stream.Stream;

/// Scripts of prepared statements dropped by SQL, also while the next messages are on their way.
final class DroppedScripts {
  private DroppedScripts() {}

  static Stream<Script> all() {
    return Stream.concat(some().stream(), everything().stream());
  }

  private static Script script(String name) {
    return Script.named("dropped: " + name);
  }

  private static List<Script> some() {
    return List.of(
        script("deallocate a protocol statement")
            .sync(parse("s", "SELECT 1"))
            .query("DEALLOCATE s")
            .sync(again("s"))
            .sync(parse("s", "SELECT 2"), again("s")),
        script("deallocate unknown").query("DEALLOCATE nobody"),
        script("deallocate behind the end of a failed block")
            .sync(parse("s", "SELECT 1"))
            .query("BEGIN")
            .query("SELEC")
            .send(query("ROLLBACK"), query("DEALLOCATE s"))
            .pause()
            .sync(again("s")),
        script("execute behind the end of a failed block")
            .sync(parse("s", "SELECT 1"))
            .query("BEGIN")
            .query("SELEC")
            .send(query("ROLLBACK"), query("EXECUTE s"))
            .pause(),
        script("deallocate that fails")
            .sync(parse("s", "SELECT 1"))
            .query("BEGIN")
            .send(query("SELEC"), query("DEALLOCATE s"))
            .pause()
            .send(query("SELECT 2"), query("DEALLOCATE s"))
            .pause()
            .query("ROLLBACK")
            .sync(again("s")),
        script("deallocate by protocol that fails")
            .sync(parse("s", "SELECT 1"))
            .query("BEGIN")
            .send(query("SELEC"), run("DEALLOCATE s"), sync())
            .pause()
            .query("ROLLBACK")
            .sync(again("s")),
        script("deallocate by protocol behind the end of a failed block")
            .sync(parse("s", "SELECT 1"))
            .query("BEGIN")
            .query("SELEC")
            .send(query("ROLLBACK"), run("DEALLOCATE s"), sync())
            .pause()
            .sync(again("s")),
        script("deallocate in a transaction that has called something")
            .sync(parse("s", "SELECT 1"), again("s"))
            .send(query("BEGIN"), query("DO 'BEGIN END'"), query("DEALLOCATE s"), query("COMMIT"))
            .sync(again("s")),
        script("discard all")
            .sync(parse("s", "SELECT 1"))
            .query("DISCARD ALL")
            .sync(again("s"))
            .sync(parse("s", "SELECT 3"), again("s")));
  }

  private static List<Script> everything() {
    return List.of(
        script("deallocate all")
            .sync(parse("s", "SELECT 1"), parse("t", "SELECT 2"))
            .query("DEALLOCATE ALL")
            .sync(again("s"))
            .sync(parse("s", "SELECT 3"), again("s")),
        script("deallocate all, not waited for")
            .sync(parse("s", "SELECT 1"))
            .send(query("DEALLOCATE ALL"), parse("s", "SELECT 1"), again("s"), sync())
            .sync(again("s")),
        script("deallocate all, not waited for, other text")
            .sync(parse("s", "SELECT 1"), again("s"))
            .send(query("DEALLOCATE ALL"), parse("s", "SELECT 2"), again("s"), sync())
            .sync(again("s")),
        script("deallocate all that fails, not waited for")
            .sync(parse("s", "SELECT 1"), again("s"))
            .send(query("BEGIN"), query("SELECT 1/0"), query("DEALLOCATE ALL"))
            .send(parse("s", "ROLLBACK"), again("s"), sync())
            .pause()
            .query("ROLLBACK")
            .pause()
            .sync(again("s")),
        script("deallocate all, then a close that is skipped")
            .sync(parse("s", "SELECT 1"))
            .send(query("DEALLOCATE ALL"), bind("", "nobody"), closeStatement("s"), sync())
            .pause()
            .sync(parse("s", "SELECT 2"), again("s")),
        script("deallocate all, then a parse that is skipped")
            .sync(parse("s", "SELECT 1"), again("s"))
            .send(query("DEALLOCATE ALL"), bind("", "nobody"), parse("s", "SELECT 2"), sync())
            .pause()
            .sync(parse("s", "SELECT 3"), again("s")),
        script("deallocate all, parse and close, all skipped")
            .sync(parse("s", "SELECT 1"), again("s"))
            .send(bind("", "nobody"), query("DEALLOCATE ALL"), parse("s", "SELECT 2"))
            .send(closeStatement("s"), sync())
            .pause()
            .sync(again("s")),
        script("deallocate all, then one, all skipped")
            .sync(parse("s", "SELECT 1"))
            .send(bind("", "nobody"), query("DEALLOCATE ALL"), query("DEALLOCATE s"), sync())
            .pause()
            .sync(parse("s", "SELECT 2"))
            .sync(again("s")),
        script("deallocate all, then one, not waited for")
            .sync(parse("s", "SELECT 1"), again("s"))
            .send(query("DEALLOCATE ALL"), query("DEALLOCATE s"), query("SELECT 2"))
            .sync(again("s")),
        script("prepare, deallocate all, then one, not waited for")
            .send(parse("s", "SELECT 1"), query("DEALLOCATE ALL"), query("DEALLOCATE s"))
            .query("SELECT 2")
            .sync(again("s")),
        script("deallocate all by protocol")
            .sync(parse("s", "SELECT 1"))
            .sync(run("DEALLOCATE ALL"))
            .sync(again("s")));
  }
}
