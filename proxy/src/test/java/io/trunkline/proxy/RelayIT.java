package io.trunkline.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.Depth;
import io.trunkline.proxy.rig.Cut;
import io.trunkline.proxy.rig.PoolMode;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.Script;
import io.trunkline.proxy.rig.ScriptRun;
import io.trunkline.proxy.rig.Setup;
import io.trunkline.proxy.rig.TestProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Everything the protocol can do, said twice: to PostgreSQL and to the proxy. Both must answer the
/// same messages in the same order.
class RelayIT {
  private static final int EVERY_BYTE_MAX = Depth.of(4_000, 40_000);
  private static final long SEED = Long.getLong("relay.seed", System.nanoTime());

  /// Scripts to play, by their names; all of them unless told.
  private static final Pattern ONLY = Pattern.compile(System.getProperty("relay.only", ""));

  /// What PostgreSQL answers, by name of the script.
  private static final Map<String, List<String>> EXPECTED = new ConcurrentHashMap<>();

  private static TestProxy session;
  private static TestProxy transaction;

  @BeforeAll
  static void start() throws IOException {
    RelayTables.create();
    session = TestProxy.start(Setup.of(PoolMode.SESSION));
    transaction = TestProxy.start(Setup.of(PoolMode.TRANSACTION));
  }

  @AfterAll
  static void stop() throws IOException {
    session.close();
    transaction.close();
  }

  static Stream<Script> scripts() {
    return Stream.of(
            SimpleScripts.all(),
            ExtendedScripts.all(),
            DroppedScripts.all(),
            CopyScripts.all(),
            RareScripts.all())
        .flatMap(all -> all)
        .filter(script -> ONLY.matcher(script.name()).find());
  }

  @TestFactory
  Stream<DynamicContainer> session_everyScript_answersAsPostgres() {
    return scripts().map(script -> container(script, session));
  }

  @TestFactory
  Stream<DynamicContainer> transaction_everyScript_answersAsPostgres() {
    return scripts().map(script -> container(script, transaction));
  }

  private static DynamicContainer container(Script script, TestProxy proxy) {
    Stream<DynamicTest> whole =
        Stream.of(
            test("whole", script, proxy, Cut.nowhere()),
            test("cut by seed " + SEED, script, proxy, Cut.random(SEED)));
    Stream<DynamicTest> everyByte =
        Stream.of(test("cut at every byte", script, proxy, Cut.everywhere()));
    return DynamicContainer.dynamicContainer(
        script.name(), script.bytes() > EVERY_BYTE_MAX ? whole : Stream.concat(whole, everyByte));
  }

  private static List<String> direct(Script script) {
    try {
      return ScriptRun.play(Postgres.shared().app(), script, Cut.nowhere());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DynamicTest test(String name, Script script, TestProxy proxy, Cut cut) {
    return DynamicTest.dynamicTest(
        script + ", " + name,
        () -> {
          List<String> expected = EXPECTED.computeIfAbsent(script.name(), _ -> direct(script));
          assertThat(ScriptRun.play(proxy.endpoint(), script, cut))
              .as("%s, %s", script, name)
              .containsExactlyElementsOf(expected);
        });
  }
}
