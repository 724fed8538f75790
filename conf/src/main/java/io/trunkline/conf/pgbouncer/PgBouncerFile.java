package io.trunkline.conf.pgbouncer;

import io.trunkline.conf.ConfigFile;
import io.trunkline.conf.ConfigProblem;
import io.trunkline.conf.ConfigResult;
import io.trunkline.conf.ConfigText;
import io.trunkline.conf.Surroundings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// Reads `pgbouncer.ini` as if it were `trunkline.yml`: it is translated to that, so that running
/// it and converting it first come to the same. All of it or nothing, with every mistake at once.
/// May block: never on an event loop.
public final class PgBouncerFile {

  /// What reading gave.
  ///
  /// @param result what it configures, or its mistakes
  /// @param notes which options have nothing to do here, or are not done, by line
  /// @param options those of the section `[pgbouncer]`, as they are in force
  public record Reading(ConfigResult result, List<Note> notes, List<OptionValue> options) {}

  /// The lines of a file as they once were, to be read again with options changed.
  public static final class Lines {
    private final Path file;
    private final List<IniLine> lines;
    private final List<ConfigProblem> problems = new ArrayList<>();

    private Lines(Path file, ConfigText texts) {
      this.file = file;
      this.lines = new IniReader(texts, problems).read(file);
    }
  }

  /// What converting gave.
  public sealed interface Conversion {

    /// It can be converted.
    ///
    /// @param yaml the text of a `trunkline.yml` that does the same
    /// @param notes as in [Reading]
    record Ok(String yaml, List<Note> notes) implements Conversion {}

    /// Every mistake; never empty.
    record Bad(List<ConfigProblem> problems) implements Conversion {}
  }

  private final Surroundings surroundings;

  public PgBouncerFile(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Whether a file is to be read as PgBouncer's, by its name.
  public static boolean isMeant(Path file) {
    return file.toString().endsWith(".ini");
  }

  public Reading read(Path file) {
    return read(lines(file), Map.of());
  }

  /// The lines of a file, for as long as somebody may want to read them.
  public Lines lines(Path file) {
    return new Lines(file, new ConfigText(surroundings));
  }

  /// Reads lines as if they ended with these options of the section `[pgbouncer]`, and with other
  /// files as they are now.
  public Reading read(Lines lines, Map<String, String> changes) {
    return read(lines, changes, new Report()).reading;
  }

  /// Translates the file for good.
  public Conversion convert(Path file) {
    Read read = read(lines(file), Map.of(), new Report());
    return switch (read.reading.result) {
      case ConfigResult.Bad(List<ConfigProblem> problems) -> new Conversion.Bad(problems);
      case ConfigResult.Ok _ -> {
        List<Note> notes = read.reading.notes;
        yield new Conversion.Ok(heading(file, notes) + YamlWriter.write(read.draft), notes);
      }
    };
  }

  private record Read(Draft.Section draft, Reading reading) {}

  private Read read(Lines lines, Map<String, String> changes, Report report) {
    Path file = lines.file;
    String name = file.toString();
    report.problems().addAll(lines.problems);
    Translation translation = new Translation(name, report);
    Draft.Section draft = translation.translate(lines.lines, changes);
    List<OptionValue> options = translation.options();
    Tree tree = new Tree();
    ConfigResult result = new ConfigFile(surroundings).readTree(file, tree.of(draft));
    List<ConfigProblem> problems = new ArrayList<>(report.problems());
    if (result instanceof ConfigResult.Bad(List<ConfigProblem> later)) {
      later.stream()
          .map(problem -> tree.translated(problem, name))
          // what is missing as a whole may be so because of the mistakes before
          .filter(problem -> report.problems().isEmpty() || problem.line() > 0)
          .forEach(problems::add);
    }
    if (!problems.isEmpty()) {
      problems.sort(Comparator.comparingInt(ConfigProblem::line));
      result = new ConfigResult.Bad(List.copyOf(problems));
    }
    return new Read(draft, new Reading(result, List.copyOf(report.notes()), options));
  }

  private static String heading(Path file, List<Note> notes) {
    StringBuilder text = new StringBuilder();
    text.append("# Made from ").append(file.getFileName()).append(" by \"trunkline convert\".");
    text.append(" Behind each value stands the option\n# it comes from; what neither says is at");
    text.append(" its default: see docs/config.md.\n");
    for (Note.Weight weight : Note.Weight.values()) {
      List<Note> some = notes.stream().filter(note -> note.weight() == weight).toList();
      if (!some.isEmpty()) {
        text.append("#\n# ");
        text.append(weight == Note.Weight.LOST ? "Not carried over:" : "With nothing to do here:");
        text.append('\n');
        some.forEach(note -> text.append("#   ").append(note).append('\n'));
      }
    }
    return text.toString();
  }
}
