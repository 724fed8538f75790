package io.trunkline.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The house keeps its rules, and each rule notices a house that does not.
class ArchitectureTest {
  private static final String HOUSE = "io.trunkline";
  private static final String CROOKED_HOUSE = "io.trunkline.bench.crooked";

  /// Which classes of the crooked house break which rule.
  private static final Map<String, List<String>> BROKEN_BY =
      Map.ofEntries(
          Map.entry("routing knows no network", List.of("KnowsThePool", "KnowsNetty")),
          Map.entry("pool", List.of("KnowsTheProxy")),
          Map.entry("JDBC only in health", List.of("AsksTheDatabase")),
          Map.entry("jetcd only in health.etcd", List.of("AsksEtcd")),
          Map.entry("no package knows itself through others", List.of("Here", "There")),
          Map.entry(
              "the road calls nothing that blocks",
              List.of("Sleeps", "AwaitsFuture", "AwaitsNetty", "Locks", "Resolves")),
          Map.entry("the road knows no socket and no file", List.of("Dials", "ReadsFile")),
          Map.entry(
              "the road is not synchronized", List.of("SynchronizedBlock", "SynchronizedMethod")),
          Map.entry("the road is given its time and its randomness", List.of("AsksTheClock")),
          Map.entry("the confined share nothing", List.of("HasVolatile", "HasAtomic")),
          Map.entry("nothing confined is static", List.of("HoldsInStatic")),
          Map.entry("only the confined hold the confined", List.of("HoldsConfined", "HoldsMany")),
          Map.entry("channel handlers are confined", List.of("UnmarkedHandler")));

  private static final JavaClasses house =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(HOUSE);

  private static final JavaClasses crookedHouse =
      new ClassFileImporter().importPackages(CROOKED_HOUSE);

  @Test
  void house_isAllThere() {
    for (String module : List.of("settings", "protocol", "routing", "pool", "health", "conf")) {
      assertThat(house.stream().map(type -> type.getPackageName()))
          .as(module)
          .anyMatch(name -> name.startsWith(HOUSE + "." + module));
    }
    assertThat(house.contain(HOUSE + ".proxy.session.ClientSession")).isTrue();
    assertThat(house.stream().filter(Confined::is).count()).isGreaterThan(30);
  }

  @TestFactory
  Stream<DynamicTest> house_everyRule_isKept() {
    return new HouseRules(HOUSE, new Allowances())
        .all().entrySet().stream()
            .map(
                rule -> DynamicTest.dynamicTest(rule.getKey(), () -> rule.getValue().check(house)));
  }

  @Test
  void allowances_areAllNeeded() {
    Allowances allowances = new Allowances();
    new HouseRules(HOUSE, allowances).all().values().forEach(rule -> rule.evaluate(house));
    assertThat(allowances.unused()).as("allowances that nothing needs any more").isEmpty();
  }

  @Test
  void allowance_neededNoMore_isNoticed() {
    Allowances allowances = new Allowances(Map.of(".pool.Gone", "was there once"));
    new HouseRules(CROOKED_HOUSE, allowances)
        .all()
        .values()
        .forEach(rule -> rule.evaluate(crookedHouse));
    assertThat(allowances.unused()).containsExactly(".pool.Gone");
  }

  @TestFactory
  Stream<DynamicTest> crookedHouse_everyRule_isNoticed() {
    Map<String, ArchRule> rules = new HouseRules(CROOKED_HOUSE, new Allowances(Map.of())).all();
    return BROKEN_BY.entrySet().stream()
        .map(broken ->
            DynamicTest.dynamicTest(
                broken.getKey(), () -> notices(rules.get(broken.getKey()), broken.getValue())));
  }

  private static void notices(ArchRule rule, List<String> classes) {
    EvaluationResult result = rule.evaluate(crookedHouse);
    for (String type : classes) {
      assertThat(result.getFailureReport().getDetails())
          .as("what is said of %s", type)
          .anyMatch(detail -> detail.matches("(?s).*\\." + type + "\\b.*"));
    }
  }
}
