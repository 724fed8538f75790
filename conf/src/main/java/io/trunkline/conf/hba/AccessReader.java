package io.trunkline.conf.hba;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Reads the files that say who may come in: all of them or nothing, with every mistake at once.
/// May block: never on an event loop.
public final class AccessReader {
  private static final String IDENT_FIELDS = "a map, a name outside, a user";

  /// What reading gave.
  public sealed interface Result {

    /// The files are fine.
    record Ok(AccessRules rules) implements Result {}

    /// Every mistake, up to a hundred; never empty.
    record Bad(List<Mistake> problems) implements Result {}
  }

  /// Where rules stand.
  ///
  /// @param main the file that names the others, or has the lines itself
  /// @param key under which it has them
  /// @param lines those it has itself
  /// @param hba null for none
  /// @param ident null for none
  public record Sources(
      Path main, String key, List<String> lines, @Nullable Path hba, @Nullable Path ident) {}

  private final TextFiles files;
  private final Mistakes mistakes = new Mistakes();

  public AccessReader(TextFiles files) {
    this.files = files;
  }

  /// Once.
  public Result read(Sources sources) {
    LineReader reader = new LineReader(files, mistakes);
    List<Line> lines =
        sources.hba == null
            ? reader.read(sources.main, sources.key, sources.lines)
            : reader.read(sources.hba);
    List<HbaRule> rules = rules(lines);
    IdentMaps maps = sources.ident == null ? IdentMaps.NONE : maps(sources.ident);
    if (mistakes.count() == 0) {
      rules.forEach(rule -> mapIsThere(rule, maps));
    }
    if (rules.isEmpty() && mistakes.count() == 0) {
      String file = sources.hba == null ? sources.key : sources.hba.toString();
      mistakes.add(file, 0, "no line that lets anybody in", "one line at least");
    }
    return mistakes.count() == 0
        ? new Result.Ok(new AccessRules(rules, maps))
        : new Result.Bad(mistakes.all());
  }

  private List<HbaRule> rules(List<Line> lines) {
    List<HbaRule> rules = new ArrayList<>();
    for (Line line : lines) {
      try {
        rules.add(HbaLine.parse(line));
      } catch (Wrong wrong) {
        wrong.tell(line, mistakes);
      }
    }
    return rules;
  }

  private IdentMaps maps(Path file) {
    List<IdentMaps.Entry> entries = new ArrayList<>();
    for (Line line : new LineReader(files, mistakes).read(file)) {
      try {
        entries.add(entry(line));
      } catch (Wrong wrong) {
        wrong.tell(line, mistakes);
      }
    }
    return new IdentMaps(entries);
  }

  private static IdentMaps.Entry entry(Line line) throws Wrong {
    List<List<Token>> fields = line.fields();
    if (fields.size() != 3) {
      throw new Wrong(fields.size() + " fields", IDENT_FIELDS);
    } else if (fields.stream().anyMatch(field -> field.size() > 1)) {
      throw new Wrong("several values with commas", IDENT_FIELDS + ", one of each");
    }
    Token user = fields.get(2).getFirst();
    try {
      return IdentMaps.entry(
          line.place(), fields.get(0).getFirst(), fields.get(1).getFirst(), user);
    } catch (PatternSyntaxException bad) {
      throw HbaLine.badRegex(new Token("/" + bad.getPattern(), false), bad);
    }
  }

  private void mapIsThere(HbaRule rule, IdentMaps maps) {
    String map = rule.options().map();
    if (map != null && !maps.has(map)) {
      mistakes.add(
          rule.shown().file(),
          rule.shown().line(),
          "map=" + Mistakes.quoted(map),
          "a map of the ident file");
    }
  }
}
