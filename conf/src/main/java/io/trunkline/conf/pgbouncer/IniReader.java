package io.trunkline.conf.pgbouncer;

import io.trunkline.conf.ConfigProblem;
import io.trunkline.conf.ConfigText;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Takes an ini file apart, and those it includes. A `;` or `#` begins a comment at the beginning
/// of a line only; `%include FILE` stands for that file, whose name is relative to the working
/// directory; a key may stand in quotes. PgBouncer docs, "pgbouncer.ini", "File format".
final class IniReader {
  private static final int DEPTH_MAX = 10;
  private static final int LINES_MAX = 200_000;
  private static final String INCLUDE = "%include";

  private final ConfigText texts;
  private final List<IniLine> lines = new ArrayList<>();
  private final List<ConfigProblem> problems;
  private String section = "";

  /// @param problems gets every mistake
  IniReader(ConfigText texts, List<ConfigProblem> problems) {
    this.texts = texts;
    this.problems = problems;
  }

  List<IniLine> read(Path file) {
    read(file, Place.of(file.toString()), 1);
    return lines;
  }

  private void read(Path file, Place from, int depth) {
    if (depth > DEPTH_MAX) {
      problems.add(from.problem("deeper inclusion", "at most " + DEPTH_MAX + " files deep"));
      return;
    }
    switch (texts.read(file)) {
      case ConfigText.Result.Ok(String text) -> {
        int number = 0;
        for (String line : (Iterable<String>) text.lines()::iterator) {
          number++;
          take(line.strip(), new Place(file.toString(), number, ""), depth);
          if (lines.size() > LINES_MAX) {
            problems.add(from.problem("more lines", "at most " + LINES_MAX));
            return;
          }
        }
      }
      case ConfigText.Result.Bad(ConfigProblem problem) -> problems.add(problem);
    }
  }

  private void take(String line, Place place, int depth) {
    if (line.isEmpty() || line.charAt(0) == ';' || line.charAt(0) == '#') {
      return;
    } else if (line.startsWith(INCLUDE)) {
      include(line.substring(INCLUDE.length()).strip(), place, depth);
    } else if (line.charAt(0) == '[') {
      header(line, place);
    } else {
      entry(line, place);
    }
  }

  private void include(String name, Place place, int depth) {
    try {
      if (!name.isEmpty()) {
        read(Path.of(name), new Place(place.file(), place.line(), INCLUDE), depth + 1);
        return;
      }
    } catch (InvalidPathException expected) { // told below
    }
    problems.add(place.problem("no name of a file", "%include FILE"));
  }

  private void header(String line, Place place) {
    int end = line.indexOf(']');
    if (end < 0 || end != line.length() - 1) {
      problems.add(place.problem("a section that does not end with ]", "[section]"));
      return;
    }
    section = line.substring(1, end).strip();
    lines.add(new IniLine.Header(section, place));
  }

  private void entry(String line, Place place) {
    StringBuilder key = new StringBuilder();
    int at = isQuote(line.charAt(0)) ? quotedKey(line, key) : plainKey(line, key);
    String rest = at < 0 ? "" : line.substring(at).strip();
    if (!rest.startsWith("=")) {
      problems.add(place.problem("a line without key and =", "key = value"));
    } else if (section.isEmpty()) {
      problems.add(place.problem("a key before the first section", "[section] before it"));
    } else {
      String name = key.toString();
      Place own = new Place(place.file(), place.line(), "[" + section + "] " + name);
      lines.add(new IniLine.Entry(section, name, rest.substring(1).strip(), own));
    }
  }

  private static boolean isQuote(char c) {
    return c == '"' || c == '\'';
  }

  /// Where the key ends; below 0 when its quote does not.
  private static int quotedKey(String line, StringBuilder key) {
    char quote = line.charAt(0);
    for (int i = 1; i < line.length(); i++) {
      if (line.charAt(i) != quote) {
        key.append(line.charAt(i));
      } else if (i + 1 < line.length() && line.charAt(i + 1) == quote) {
        key.append(quote);
        i++;
      } else {
        return i + 1;
      }
    }
    return -1;
  }

  private static int plainKey(String line, StringBuilder key) {
    int at = 0;
    while (at < line.length() && isPlain(line.charAt(at))) {
      key.append(line.charAt(at++));
    }
    return at == 0 ? -1 : at;
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "_.-*".indexOf(c) >= 0;
  }
}
