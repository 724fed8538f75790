package io.trunkline.proxy;

import static io.trunkline.proxy.ExtendedScripts.run;
import static io.trunkline.proxy.rig.Frontend.bind;
import static io.trunkline.proxy.rig.Frontend.closePortal;
import static io.trunkline.proxy.rig.Frontend.closeStatement;
import static io.trunkline.proxy.rig.Frontend.copyData;
import static io.trunkline.proxy.rig.Frontend.copyDone;
import static io.trunkline.proxy.rig.Frontend.copyFail;
import static io.trunkline.proxy.rig.Frontend.describePortal;
import static io.trunkline.proxy.rig.Frontend.describeStatement;
import static io.trunkline.proxy.rig.Frontend.execute;
import static io.trunkline.proxy.rig.Frontend.flush;
import static io.trunkline.proxy.rig.Frontend.functionCall;
import static io.trunkline.proxy.rig.Frontend.int32;
import static io.trunkline.proxy.rig.Frontend.parse;
import static io.trunkline.proxy.rig.Frontend.query;
import static io.trunkline.proxy.rig.Frontend.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.Depth;
import io.trunkline.proxy.rig.CrashWitness;
import io.trunkline.proxy.rig.Cut;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.PoolMode;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.Script;
import io.trunkline.proxy.rig.ScriptRun;
import io.trunkline.proxy.rig.Setup;
import io.trunkline.proxy.rig.TestProxy;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;

/// Any sequence of messages, however senseless, is answered by the proxy as PostgreSQL answers it.
class RelayPropertyIT {
  private static final String[] NAMES = {"", "a", "b"};

  private static TestProxy session;
  private static TestProxy transaction;
  private static CrashWitness witness;

  /// One thing to say, under a name that a shrunk failure can show.
  record Saying(String name, UnaryOperator<Script> said) {
    static Saying of(String name, byte[]... messages) {
      return new Saying(name, script -> script.send(messages));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  @BeforeContainer
  static void start() throws IOException {
    RelayTables.create();
    session = TestProxy.start(Setup.of(PoolMode.SESSION));
    transaction = TestProxy.start(Setup.of(PoolMode.TRANSACTION));
    witness = CrashWitness.at(Postgres.shared().app());
  }

  @AfterContainer
  static void stop() throws IOException {
    witness.close();
    session.close();
    transaction.close();
  }

  /// The same scripts each time: a build fails of what has changed. New ones are for those who look
  /// for trouble.
  @Property(tries = 300, seed = "2611")
  void session_anyScript_answersAsPostgres(
      @ForAll("sayings") List<Saying> sayings, @ForAll long cut) throws IOException {
    compare(session, sayings, cut);
  }

  @Property(tries = 300, seed = "1126")
  void transaction_anyScript_answersAsPostgres(
      @ForAll("unambiguous") List<Saying> sayings, @ForAll long cut) throws IOException {
    compare(transaction, sayings, cut);
  }

  @Property(tries = 5000)
  @AddLifecycleHook(OnlyWithAll.class)
  void session_newScripts_answerAsPostgres(
      @ForAll("sayings") List<Saying> sayings, @ForAll long cut) throws IOException {
    compare(session, sayings, cut);
  }

  @Property(tries = 5000)
  @AddLifecycleHook(OnlyWithAll.class)
  void transaction_newScripts_answerAsPostgres(
      @ForAll("unambiguous") List<Saying> sayings, @ForAll long cut) throws IOException {
    compare(transaction, sayings, cut);
  }

  /// Reported as skipped, not as passed.
  static final class OnlyWithAll implements SkipExecutionHook {
    @Override
    public SkipResult shouldBeSkipped(LifecycleContext context) {
      return Depth.of(0, 1) == 1
          ? SkipResult.doNotSkip()
          : SkipResult.skip("only with -Dtrunkline.tests=all");
    }
  }

  /// About one script in ten thousand is the end of PostgreSQL 18 itself, and tells nothing.
  private static void compare(TestProxy proxy, List<Saying> sayings, long cut) throws IOException {
    Script script = Script.named(sayings.toString());
    for (Saying saying : sayings) {
      script = saying.said().apply(script);
    }
    try {
      compare(proxy, script, cut);
    } catch (AssertionError | LoginRefused e) {
      if (!witness.sawCrash()) {
        throw e;
      }
    }
  }

  private static void compare(TestProxy proxy, Script script, long cut) throws IOException {
    List<String> expected = ScriptRun.play(Postgres.shared().app(), script, Cut.nowhere());
    List<String> answers = ScriptRun.play(proxy.endpoint(), script, Cut.random(cut));
    if (!comparable(answers).equals(comparable(expected))) { // did time decide?
      expected = ScriptRun.playSlowly(Postgres.shared().app(), script);
      answers = ScriptRun.playSlowly(proxy.endpoint(), script);
    }
    assertThat(comparable(answers)).containsExactlyElementsOf(comparable(expected));
  }

  /// What a COPY fails of may be a message that we have put in front of the client's.
  private static List<String> comparable(List<String> transcript) {
    return transcript.stream()
        .map(line -> line.replaceFirst("message type 0x.. during COPY", "message during COPY"))
        .toList();
  }

  @Provide
  Arbitrary<List<Saying>> sayings() {
    Arbitrary<Saying> any =
        Arbitraries.frequencyOf(
            Tuple.of(5, Arbitraries.of(queries().toList())),
            Tuple.of(10, Arbitraries.of(extended().toList())),
            Tuple.of(4, Arbitraries.of(ends())),
            Tuple.of(3, Arbitraries.of(copies())),
            Tuple.of(2, Arbitraries.of(new Saying("pause", Script::pause))));
    return any.list().ofMinSize(1).ofMaxSize(40);
  }

  /// If a COPY fails, a Sync amid its data may have been ignored or answered: names are not looked
  /// after any more behind it; see [FailedCopyIT].
  @Provide
  Arbitrary<List<Saying>> unambiguous() {
    return sayings().filter(sayings -> !hasAmbiguousSync(sayings));
  }

  private static boolean hasAmbiguousSync(List<Saying> sayings) {
    boolean copying = false;
    for (Saying saying : sayings) {
      if (copying && saying.name().equals("Sync")) {
        return true;
      }
      copying =
          switch (saying.name()) {
            case "COPY FROM" -> true;
            case "CopyData", "CopyData bad", "Flush", "pause" -> copying;
            default -> false;
          };
    }
    return false;
  }

  private static Stream<Saying> queries() {
    return Stream.of(
            "SELECT 1",
            "",
            "SELECT 1/0",
            "BEGIN",
            "COMMIT",
            "ROLLBACK",
            "SAVEPOINT x",
            "ROLLBACK TO x",
            "SELECT 1; SELECT 2",
            "BEGIN; SELECT 1",
            "SELECT 1; SELECT 1/0; SELECT 2",
            "DEALLOCATE a",
            "DEALLOCATE ALL",
            "SET app.tenant = 'x'",
            // empty in a session that once had it, as PostgreSQL's own
            "SELECT coalesce(current_setting('app.tenant', true), '')",
            "SET LOCAL TimeZone = 'Asia/Tokyo'",
            "SHOW TimeZone",
            "CLOSE ALL",
            "COPY (SELECT n FROM numbers LIMIT 3) TO STDOUT")
        .map(sql -> Saying.of("Query " + sql, query(sql)));
  }

  private static Stream<Saying> extended() {
    Stream<Saying> named =
        Stream.of(NAMES)
            .flatMap(name ->
                Stream.of(
                    Saying.of("Parse " + name, parse(name, "SELECT n FROM numbers")),
                    Saying.of("Parse param " + name, parse(name, "SELECT $1::int")),
                    Saying.of("Parse begin " + name, parse(name, "BEGIN")),
                    Saying.of("Parse rollback " + name, parse(name, "ROLLBACK")),
                    Saying.of("Parse copy " + name, parse(name, "COPY sink FROM STDIN")),
                    Saying.of("Parse bad " + name, parse(name, "SELEC")),
                    Saying.of("Describe P " + name, describePortal(name)),
                    Saying.of("Execute " + name, execute(name, 0)),
                    Saying.of("Execute 2 " + name, execute(name, 2)),
                    Saying.of("Close S " + name, closeStatement(name)),
                    Saying.of("Close P " + name, closePortal(name))));
    return Stream.of(
            named,
            uses(),
            Stream.of(
                Saying.of("run SELECT 1", run("SELECT 1")),
                Saying.of("run 1/0", run("SELECT 1/0")),
                Saying.of("run COMMIT", run("COMMIT"))))
        .flatMap(any -> any);
  }

  /// Whether the unnamed statement outlives messages that were skipped is the one thing not
  /// followed.
  private static Stream<Saying> uses() {
    return Stream.of(NAMES)
        .filter(name -> !name.isEmpty())
        .flatMap(name ->
            Stream.of(
                Saying.of("Bind " + name, bind(name, name)),
                Saying.of("Bind 7 " + name, bind("", name, "7")),
                Saying.of("Describe S " + name, describeStatement(name))));
  }

  /// With a pause behind Sync: whether a name is taken is taken from what was sent, until it is
  /// known that it was skipped.
  private static List<Saying> ends() {
    return List.of(
        new Saying("Sync", script -> script.send(sync()).pause()),
        Saying.of("Flush", flush()),
        Saying.of("FunctionCall", functionCall(177, int32(1), int32(2))));
  }

  /// With a pause behind its beginning: what is answered here and not by the server cannot make a
  /// COPY fail that nobody here knows of yet.
  private static List<Saying> copies() {
    return List.of(
        new Saying("COPY FROM", script -> script.send(query("COPY sink FROM STDIN")).pause()),
        Saying.of("CopyData", copyData("1\n")),
        Saying.of("CopyData bad", copyData("x\n")),
        Saying.of("CopyDone", copyDone()),
        Saying.of("CopyFail", copyFail("no")));
  }
}
