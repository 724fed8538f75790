package io.trunkline.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every fault while clients write to port 5000 and read from port 5001 of the shared address.
///
/// System properties: `trunkline.tests=all` tries all rows and not only the usual ones;
/// `trunkline.lab.faults` is a regular expression of names; `trunkline.lab.document` puts the
/// results into `docs/failover.md`. Without docker the rows are skipped, but not where `CI` is
/// true.
class FailoverIT {
  private static final boolean ALL = System.getProperty("trunkline.tests", "").equals("all");

  /// Undisturbed work before the fault and after it.
  private static final long QUIET_MILLIS = 2_000;

  private static final AtomicLong IDS = new AtomicLong(1);
  private static final List<TrialResult> RESULTS = new ArrayList<>();
  private static Lab lab;

  @TestFactory
  Stream<DynamicTest> fault_whileClientsWork_losesNothingAndHeals() throws Exception {
    Optional<String> missing = DockerHost.missing();
    if (missing.isPresent()) {
      return Stream.of(dynamicTest("docker is there", () -> noDocker(missing.get())));
    }
    lab = Lab.start();
    makeTable();
    return Faults.all().stream()
        .filter(FailoverIT::chosen)
        .map(fault -> dynamicTest(fault.name(), () -> tryOut(fault)));
  }

  private static boolean chosen(Fault fault) {
    String pattern = System.getProperty("trunkline.lab.faults");
    return pattern == null
        ? fault.usual() || ALL
        : Pattern.compile(pattern).matcher(fault.name()).find();
  }

  private static void noDocker(String why) {
    if ("true".equals(System.getenv("CI"))) {
      fail(why);
    }
    System.err.println("Failovers were not tried: " + why);
    abort("failovers were not tried: " + why);
  }

  private static void makeTable() throws SQLException {
    try (Connection connection = Postgres.app(lab.address(), Lab.WRITE_PORT);
        Statement statement = connection.createStatement()) {
      statement.execute(Writer.TABLE);
    }
    lab.awaitWell();
  }

  private static void tryOut(Fault fault) throws Exception {
    lab.awaitWell();
    long first = IDS.get();
    Instant began = Instant.now();
    try (Crowd crowd = Crowd.start(lab.address(), IDS);
        HeldWatch held = HeldWatch.over(lab.proxies())) {
      Scene scene = Scene.of(lab, crowd);
      lab.takeDoneByHand();
      lab.takeFenceLifted();
      TimeUnit.MILLISECONDS.sleep(QUIET_MILLIS);
      fault.inject().accept(scene);
      scene.awaiting(fault.pending());
      fault.check().accept(scene);
      fault.heal().accept(scene);
      lab.awaitWell();
      TimeUnit.MILLISECONDS.sleep(QUIET_MILLIS);
      crowd.stop();
      Verdict verdict =
          Verdict.of(crowd.ledger(), lab.cluster().leader(), first, lab.takeFenceLifted());
      TrialResult result =
          new TrialResult(
              fault,
              crowd.writes(),
              crowd.reads(),
              held.most(),
              crowd.ledger().uncertain(),
              lab.takeDoneByHand(),
              Handover.time(lab.cluster().nodes(), began),
              Promotion.firstWriteAfter(lab.cluster().leader(), began, first),
              verdict);
      RESULTS.add(result);
      System.out.println(result.story());
      judge(fault, crowd, verdict);
    } finally {
      lab.keepLogs(Path.of("target", "lab", fault.name().replaceAll("[^a-zA-Z0-9]+", "-")));
    }
  }

  private static void judge(Fault fault, Crowd crowd, Verdict verdict) {
    assertThat(verdict.lost()).as("acknowledged, on the surviving timeline, and gone").isEmpty();
    assertThat(verdict.twice()).as("executed twice").isEmpty();
    assertThat(verdict.undead()).as("refused, and there all the same").isEmpty();
    assertThat(verdict.old()).as("accepted by who was not the leader any more").isEmpty();
    assertThat(crowd.stuck()).as("clients without any answer").isZero();
    if (fault.losesNothing()) {
      assertThat(verdict.cutOff()).as("acknowledged, and on no surviving timeline").isEmpty();
    }
    if (fault.errorFree()) {
      assertThat(crowd.writes().errors()).as("errors of writers").isEmpty();
      assertThat(crowd.reads().errors()).as("errors of readers").isEmpty();
    }
    if (fault.keepsClients()) {
      assertThat(crowd.idlersTrouble()).as("clients that did nothing meanwhile").isEmpty();
    }
  }

  @AfterAll
  static void end() throws IOException {
    if (lab != null) {
      lab.close();
    }
    if (!RESULTS.isEmpty()) {
      FailoverDoc.write(Path.of("target", "lab", "table.md"), RESULTS);
      if (Boolean.getBoolean("trunkline.lab.document")) {
        FailoverDoc.writeInto(Path.of("..", "docs", "failover.md"), RESULTS);
      }
    }
  }
}
