package io.trunkline.proxy.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrialReportTest {
  private record Named(String name) implements Trial {
    @Override
    public Optional<String> missing() {
      return Optional.empty();
    }

    @Override
    public List<Fact> run(Target target) {
      return List.of();
    }
  }

  private static TrialReport report() {
    TrialReport report = new TrialReport();
    Trial trial = new Named("psycopg2");
    report.add(
        trial,
        Mode.SESSION,
        List.of(new Fact.Driver("psycopg2 2.9"), new Fact.Passed("a"), new Fact.Passed("b")));
    report.add(
        trial,
        Mode.TRANSACTION,
        List.of(new Fact.Passed("a"), new Fact.Failed("b", "why"), new Fact.Skipped("c", "old")));
    return report;
  }

  @Test
  void table_outcomesOfModes_countsThem() throws IOException {
    assertThat(report().table())
        .contains("| psycopg2 2.9 | all 2 | 1 of 2, 1 skipped | – | Nothing to set. |\n");
  }

  @Test
  void writeInto_documentWithPlace_replacesOnlyWhatIsThere(@TempDir Path directory)
      throws IOException {
    Path document = directory.resolve("drivers.md");
    Files.writeString(
        document, "before\n<!-- trials: generated -->\nold\n<!-- trials: end -->\nafter\n");

    report().writeInto(document);

    assertThat(Files.readString(document))
        .startsWith("before\n<!-- trials: generated -->\n| run |")
        .endsWith("|\n<!-- trials: end -->\nafter\n")
        .doesNotContain("old\n");
  }

  @Test
  void writeInto_documentWithoutPlace_refuses(@TempDir Path directory) throws IOException {
    Path document = directory.resolve("drivers.md");
    Files.writeString(document, "nothing here\n");

    assertThatThrownBy(() -> report().writeInto(document)).hasMessageContaining("no place");
  }

  @Test
  void advice_everyTrial_hasSome() throws IOException {
    Properties advice = new Properties();
    try (Reader reader = Files.newBufferedReader(TrialReport.ADVICE)) {
      advice.load(reader);
    }
    Set<Object> trials = new HashSet<>(Trials.all().stream().map(Trial::name).toList());
    assertThat(advice.keySet()).isEqualTo(trials);
  }
}
