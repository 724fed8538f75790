package io.trunkline.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.trunkline.embedded.ClusterOptions;
import io.trunkline.embedded.EmbeddedCluster;
import io.trunkline.embedded.ServerOptions;
import io.trunkline.proxy.drivers.DirectEndpoint;
import io.trunkline.proxy.drivers.Endpoint;
import io.trunkline.proxy.drivers.Fact;
import io.trunkline.proxy.drivers.Mode;
import io.trunkline.proxy.drivers.PgBouncerEndpoint;
import io.trunkline.proxy.drivers.Trial;
import io.trunkline.proxy.drivers.TrialReport;
import io.trunkline.proxy.drivers.Trials;
import io.trunkline.proxy.drivers.TrunklineEndpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every driver and program in every mode against real PostgreSQL, oldest and newest.
///
/// System properties narrow a run: `trunkline.drivers` is a regular expression of names,
/// `trunkline.drivers.mode` one of modes, `trunkline.drivers.endpoint` what they connect to;
/// `trunkline.drivers.document` puts the results into `docs/drivers.md`. What is not installed is
/// skipped by name, but not where `CI` is true.
class DriversIT {
  private static final TrialReport REPORT = new TrialReport();

  private final List<AutoCloseable> running = new ArrayList<>();

  @TestFactory
  Stream<DynamicNode> drivers_onTheNewestPostgres_doAllTheyDoWithoutProxy() throws Exception {
    return matrix(ServerOptions.NEWEST);
  }

  @TestFactory
  Stream<DynamicNode> drivers_onTheOldestPostgres_doAllTheyDoWithoutProxy() throws Exception {
    return matrix(ServerOptions.OLDEST);
  }

  private Stream<DynamicNode> matrix(int version) throws Exception {
    EmbeddedCluster cluster = cluster(version);
    running.addFirst(cluster);
    Endpoint endpoint = starter().start(cluster);
    running.addFirst(endpoint);
    return Trials.all().stream()
        .filter(trial -> chosen("trunkline.drivers", trial.name()))
        .map(trial -> dynamicContainer(trial.name(), modes(trial, endpoint)));
  }

  private static Stream<DynamicContainer> modes(Trial trial, Endpoint endpoint) {
    return Stream.of(Mode.values())
        .filter(mode -> chosen("trunkline.drivers.mode", mode.word()))
        .map(mode ->
            dynamicContainer(
                mode.word(),
                // Lazy, so that the trial runs when JUnit gets there.
                Stream.of(mode).flatMap(m -> tests(trial, endpoint, m))));
  }

  private static Stream<DynamicTest> tests(Trial trial, Endpoint endpoint, Mode mode) {
    Optional<String> missing = trial.missing();
    if (missing.isPresent()) {
      return Stream.of(dynamicTest("is installed", () -> notInstalled(missing.get())));
    }
    List<Fact> facts;
    try {
      facts = trial.run(endpoint.target(mode));
    } catch (IOException e) {
      return Stream.of(dynamicTest("runs", () -> fail("the trial did not run", e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Stream.of(dynamicTest("runs", () -> fail("interrupted")));
    }
    REPORT.add(trial, mode, facts);
    return facts.stream().flatMap(fact -> test(fact, endpoint, mode).stream());
  }

  private static void notInstalled(String how) {
    if ("true".equals(System.getenv("CI"))) {
      fail("not installed: " + how);
    }
    abort("not installed: " + how);
  }

  private static Optional<DynamicTest> test(Fact fact, Endpoint endpoint, Mode mode) {
    return switch (fact) {
      case Fact.Passed(String check) -> Optional.of(dynamicTest(check, () -> {}));
      case Fact.Skipped(String check, String reason) ->
          Optional.of(dynamicTest(check, () -> abort(reason)));
      case Fact.Failed(String check, String reason) ->
          Optional.of(dynamicTest(check, () -> failed(reason, endpoint.keepsEverything(mode))));
      // On the one standby it is chance whether a client meets others on its event loop.
      case Fact.Note(String key, String value) when key.equals("servers") && mode != Mode.REPLICA ->
          Optional.of(
              dynamicTest("servers of one client", () -> dealt(value, endpoint.deals(mode))));
      case Fact.Note _, Fact.Driver _, Fact.Begun _ -> Optional.empty();
    };
  }

  private static void failed(String reason, boolean mustPass) {
    if (mustPass) {
      fail(reason);
    }
    abort(reason);
  }

  /// A trial that never left its first server has shown nothing about transaction mode.
  private static void dealt(String servers, boolean dealsAnew) {
    if (dealsAnew) {
      assertThat(Integer.parseInt(servers)).isGreaterThan(1);
    } else {
      assertThat(servers).isEqualTo("1");
    }
  }

  private static boolean chosen(String property, String name) {
    return Pattern.matches(System.getProperty(property, ".*"), name);
  }

  private static Endpoint.Starter starter() {
    String name = System.getProperty("trunkline.drivers.endpoint", "trunkline");
    return switch (name) {
      case "trunkline" -> TrunklineEndpoint::new;
      case "direct" -> DirectEndpoint::new;
      case "pgbouncer" -> PgBouncerEndpoint::new;
      default -> throw new IllegalArgumentException("no endpoint named " + name);
    };
  }

  private static EmbeddedCluster cluster(int version) throws IOException, SQLException {
    ServerOptions server =
        ServerOptions.postgres(version)
            .setting("max_connections", "200")
            .hba("host all postgres all trust")
            .hba("host replication postgres all trust")
            .hba("host all all all scram-sha-256")
            .hba("host replication all all scram-sha-256");
    EmbeddedCluster cluster = EmbeddedCluster.create(ClusterOptions.members(2).server(server));
    cluster
        .primary()
        .execute(
            "create role %s login password '%s' createdb replication"
                .formatted(Endpoint.USER, Endpoint.PASSWORD));
    cluster.primary().execute("create database %s owner app".formatted(Endpoint.DATABASE));
    cluster.primary().executeIn(Endpoint.DATABASE, "alter schema public owner to app");
    cluster.awaitCaughtUp();
    return cluster;
  }

  @AfterEach
  void stopServers() throws Exception {
    for (AutoCloseable one : running) {
      one.close();
    }
  }

  @AfterAll
  static void writeReport() throws IOException {
    REPORT.write(Path.of("target", "drivers", "table.md"));
    if (Boolean.getBoolean("trunkline.drivers.document")) {
      REPORT.writeInto(Path.of("..", "docs", "drivers.md"));
    }
  }
}
