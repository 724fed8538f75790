package io.trunkline.conf.hba;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the lines of a file and of those it includes: `include`, `include_if_exists` and
/// `include_dir` as the first of two fields, `@file` as a token. Names are relative to the file
/// that has them; a backslash at the end of a line joins it with the next.
///
/// PostgreSQL docs, "The pg_hba.conf File"; `tokenize_auth_file` in its hba.c.
final class LineReader {
  /// PostgreSQL: CONF_FILE_MAX_DEPTH.
  private static final int DEPTH_MAX = 10;

  /// Files that name each other may do so many times over without ever being deep.
  private static final int FILES_MAX = 1_000;

  private static final int LINES_MAX = 100_000;
  private static final int TOKENS_MAX = 1_000_000;

  private final TextFiles texts;
  private final Mistakes mistakes;
  private final List<Line> lines = new ArrayList<>();
  private int files;
  private int tokens;
  private boolean full;

  LineReader(TextFiles texts, Mistakes mistakes) {
    this.texts = texts;
    this.mistakes = mistakes;
  }

  /// Where a file is named: what is wrong with it as a whole is told of that line.
  private record Place(String file, int line) {}

  List<Line> read(Path file) {
    file(file, 0, null);
    return lines;
  }

  /// Reads lines that stand in another file, one a text.
  ///
  /// @param file where they stand; names of files are relative to it
  /// @param key under which they stand there: it takes the place of a file's name
  List<Line> read(Path file, String key, List<String> texts) {
    for (int i = 0; i < texts.size(); i++) {
      take(file, "%s[%d]".formatted(key, i), 0, texts.get(i), 0);
    }
    return lines;
  }

  /// @param named null for the first file of all
  private void file(Path file, int depth, @Nullable Place named) {
    String text = text(file, depth, named);
    if (text == null) {
      return;
    }
    StringBuilder joined = new StringBuilder();
    int number = 0;
    int begin = 1;
    for (String line : (Iterable<String>) text.lines()::iterator) {
      number++;
      if (joined.isEmpty()) {
        begin = number;
      }
      if (line.endsWith("\\")) {
        joined.append(line, 0, line.length() - 1);
        continue;
      }
      take(file, file.toString(), begin, joined.append(line).toString(), depth);
      joined.setLength(0);
    }
    if (!joined.isEmpty()) {
      take(file, file.toString(), begin, joined.toString(), depth);
    }
  }

  private @Nullable String text(Path file, int depth, @Nullable Place named) {
    if (depth > DEPTH_MAX) {
      wrong(
          new Mistake(
              file.toString(), 0, "files nested deeper than " + DEPTH_MAX, "fewer, or no circle"),
          named);
      return null;
    }
    if (full || ++files > FILES_MAX) {
      tooMuch(file.toString());
      return null;
    }
    return switch (texts.read(file)) {
      case TextFiles.Text.Ok(String text) -> text;
      case TextFiles.Text.Bad(Mistake mistake) -> {
        wrong(mistake, named);
        yield null;
      }
    };
  }

  private void wrong(Mistake mistake, @Nullable Place named) {
    if (named == null || mistake.line() > 0) {
      mistakes.add(mistake);
    } else {
      mistakes.add(
          named.file,
          named.line,
          "%s: %s".formatted(mistake.file(), mistake.found()),
          mistake.allowed());
    }
  }

  private void take(Path file, String name, int number, String text, int depth) {
    Words words = new Words(text);
    Place place = new Place(name, number);
    int before = mistakes.count();
    List<List<Token>> fields = new ArrayList<>();
    for (List<Token> field = words.field(); !field.isEmpty(); field = words.field()) {
      List<Token> expanded = new ArrayList<>();
      field.forEach(token -> expand(token, file, place, depth, expanded));
      if (!expanded.isEmpty()) {
        fields.add(expanded);
      }
    }
    if (words.isUnclosed()) {
      mistakes.add(name, number, "a quote that is never closed", "two quotes around a text");
    } else if (mistakes.count() == before
        && !fields.isEmpty()
        && !include(fields, file, place, depth)
        && hasRoom(name)) {
      lines.add(new Line(name, number, fields));
    }
  }

  private boolean hasRoom(String file) {
    if (lines.size() >= LINES_MAX || tokens > TOKENS_MAX) {
      tooMuch(file);
    }
    return !full;
  }

  private void tooMuch(String file) {
    if (!full) {
      full = true;
      mistakes.add(
          file,
          0,
          "more files, lines or names than anybody needs",
          "%d files, %d lines, %d names".formatted(FILES_MAX, LINES_MAX, TOKENS_MAX));
    }
  }

  /// Whether the line only names other files.
  private boolean include(List<List<Token>> fields, Path file, Place place, int depth) {
    if (fields.size() != 2 || full) {
      return false;
    }
    Path other = resolve(file, fields.get(1).getFirst().text());
    switch (fields.getFirst().getFirst().text()) {
      case "include" -> file(other, depth + 1, place);
      case "include_if_exists" -> {
        if (texts.exists(other)) {
          file(other, depth + 1, place);
        }
      }
      case "include_dir" -> directory(other, depth + 1, place);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void directory(Path directory, int depth, Place named) {
    try {
      for (Path file : texts.list(directory)) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(".conf") && !name.startsWith(".")) {
          file(file, depth, named);
        }
      }
    } catch (IOException expected) {
      wrong(
          new Mistake(directory.toString(), 0, "no directory that can be read", "a directory"),
          named);
    }
  }

  private void expand(Token token, Path file, Place place, int depth, List<Token> into) {
    if (tokens++ > TOKENS_MAX) {
      tooMuch(file.toString());
      return;
    } else if (!token.isFile()) {
      into.add(token);
      return;
    }
    Path other = resolve(file, token.text().substring(1));
    String text = text(other, depth + 1, place);
    if (text == null) {
      return;
    }
    text.lines()
        .forEach(line -> {
          Words words = new Words(line);
          for (List<Token> field = words.field(); !field.isEmpty(); field = words.field()) {
            field.forEach(inner -> expand(inner, other, place, depth + 1, into));
          }
        });
  }

  private Path resolve(Path file, String name) {
    try {
      return file.resolveSibling(name);
    } catch (InvalidPathException expected) {
      mistakes.add(file.toString(), 0, "no name of a file", "the path of a file");
      return file.resolveSibling("no-such-file");
    }
  }
}
