package io.trunkline.conf.pgbouncer;

import io.trunkline.conf.ConfigFile;
import io.trunkline.conf.ConfigProblem;
import io.trunkline.conf.ConfigResult;
import io.trunkline.conf.ConfigText;
import io.trunkline.conf.Surroundings;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/// Reads `pgbouncer.ini` as if it were `trunkline.yml`: it is translated to that, so that running
/// it and converting it first come to the same. All of it or nothing, with every mistake at once.
/// May block: never on an event loop.
public final class PgBouncerFile {

  /// What reading gave.
  ///
  /// @param result what it configures, or its mistakes
  /// @param notes which options have nothing to do here, or are not done, by line
  public record Reading(ConfigResult result, List<Note> notes) {}

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
    return read(file, new Report()).reading;
  }

  /// Translates the file for good.
  public Conversion convert(Path file) {
    Read read = read(file, new Report());
    return switch (read.reading.result) {
      case ConfigResult.Bad(List<ConfigProblem> problems) -> new Conversion.Bad(problems);
      case ConfigResult.Ok _ -> {
        List<Note> notes = read.reading.notes;
        yield new Conversion.Ok(heading(file, notes) + YamlWriter.write(read.draft), notes);
      }
    };
  }

  private record Read(Draft.Section draft, Reading reading) {}

  private Read read(Path file, Report report) {
    String name = file.toString();
    List<IniLine> lines = new IniReader(new ConfigText(surroundings), report.problems()).read(file);
    Draft.Section draft = new Translation(name, report).translate(lines);
    if (!report.problems().isEmpty()) {
      return new Read(draft, new Reading(new ConfigResult.Bad(report.problems()), report.notes()));
    }
    Tree tree = new Tree();
    ConfigResult result = new ConfigFile(surroundings).readTree(file, tree.of(draft));
    if (result instanceof ConfigResult.Bad(List<ConfigProblem> problems)) {
      result =
          new ConfigResult.Bad(
              problems.stream()
                  .map(problem -> tree.translated(problem, name))
                  .sorted(Comparator.comparingInt(ConfigProblem::line))
                  .toList());
    }
    return new Read(draft, new Reading(result, List.copyOf(report.notes())));
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
