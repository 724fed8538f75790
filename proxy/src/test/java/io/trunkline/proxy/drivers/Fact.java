package io.trunkline.proxy.drivers;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One line of what a trial has to say; the programs print it as `proxy/src/test/drivers/README.md`
/// describes.
public sealed interface Fact {

  /// What was tried: its name and version.
  record Driver(String version) implements Fact {}

  /// A check has begun; the next outcome is its.
  record Begun(String check) implements Fact {}

  /// What became of one check.
  sealed interface Outcome extends Fact {
    String check();
  }

  record Passed(String check) implements Outcome {}

  record Failed(String check, String reason) implements Outcome {}

  /// The check could not be made, and why.
  record Skipped(String check, String reason) implements Outcome {}

  /// Worth knowing, but neither right nor wrong: `servers` is the most backends that one client ran
  /// on, `cached-plan` what came of a prepared statement whose result type changed.
  record Note(String key, String value) implements Fact {}

  Pattern OUTCOME = Pattern.compile("(ok|fail|skip) ([\\w-]+)(?:: (.*))?");

  /// Reads one line; empty for a line that is none of ours.
  static Optional<Fact> parse(String line) {
    Matcher outcome = OUTCOME.matcher(line);
    if (outcome.matches()) {
      String check = outcome.group(2);
      String reason = outcome.group(3) == null ? "" : outcome.group(3);
      return Optional.of(
          switch (outcome.group(1)) {
            case "ok" -> new Passed(check);
            case "skip" -> new Skipped(check, reason);
            default -> new Failed(check, reason);
          });
    }
    String[] words = line.split(" ", 3);
    if (words.length > 1 && words[0].equals("driver")) {
      return Optional.of(new Driver(line.substring("driver ".length())));
    }
    if (words.length == 2 && words[0].equals("run")) {
      return Optional.of(new Begun(words[1]));
    }
    return words.length == 3 && words[0].equals("note")
        ? Optional.of(new Note(words[1], words[2]))
        : Optional.empty();
  }
}
