package io.trunkline.conf;

import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Says what is wrong with a text that is no YAML, in our own words: the parser's may quote the
/// file, and the file may hold secrets.
final class YamlMistake {

  private YamlMistake() {}

  static Refused of(YamlEngineException e, String text) {
    return switch (e) {
      case ReaderException reader ->
          new Refused(
              lineOf(reader.getPosition(), text), "a control character", "printable characters");
      case MarkedYamlEngineException marked ->
          new Refused(line(marked), found(marked.getProblem()), "YAML 1.2");
      default -> new Refused(1, "a text that is no YAML", "YAML 1.2");
    };
  }

  private static String found(String problem) {
    if (problem.startsWith("found character")) {
      return "a character that cannot begin a value (a tab, or one that needs quotes)";
    } else if (problem.startsWith("could not find expected ':'")) {
      return "a line that is neither 'key: value' nor '- item'";
    } else if (problem.startsWith("mapping values are not allowed")) {
      return "a second ': ' in a value without quotes, or wrong indentation";
    } else if (problem.startsWith("expected <block end>")) {
      return "wrong indentation";
    } else if (problem.startsWith("found unexpected end of stream")) {
      return "a quote that is never closed";
    } else if (problem.startsWith("found unknown escape")) {
      return "an unknown escape (\\) in double quotes";
    } else if (problem.startsWith("expected ',' or")) {
      return "a bracket or brace that is never closed";
    }
    return "a text that is no YAML";
  }

  private static int line(MarkedYamlEngineException e) {
    Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
    return mark.map(at -> at.getLine() + 1).orElse(1);
  }

  private static int lineOf(int codePoints, String text) {
    return 1 + (int) text.codePoints().limit(codePoints).filter(c -> c == '\n').count();
  }
}
