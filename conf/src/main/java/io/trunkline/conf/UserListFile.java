package io.trunkline.conf;

import io.trunkline.settings.Secret;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads a list of users in the format of PgBouncer's `auth_file`: a line for each, `"user"
/// "secret"`, where `""` inside quotes is one quote; what follows on the line is ignored. A secret
/// is a plain password or what PostgreSQL stores. Lines that are empty or begin with `;` are
/// comments.
public final class UserListFile {

  private static final int BYTES_MAX = 16 * 1024 * 1024;
  private static final int PROBLEMS_MAX = 100;
  private static final String ALLOWED = "\"user\" \"secret\"";

  /// What reading gave.
  public sealed interface Result {

    /// Secrets by user, in the order of the file. An empty secret means the user has none: it is
    /// left out.
    record Ok(Map<String, Secret> users) implements Result {}

    /// Every mistake, up to a hundred.
    record Bad(List<ConfigProblem> problems) implements Result {}
  }

  private final Surroundings surroundings;

  public UserListFile(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  public Result read(Path file) {
    try {
      return parse(file.toString(), new TextFile(surroundings).read(file, BYTES_MAX));
    } catch (Refused e) {
      return new Result.Bad(List.of(e.in(file.toString())));
    }
  }

  static Result parse(String file, String text) {
    Map<String, Secret> users = new LinkedHashMap<>();
    Map<String, Integer> lines = new LinkedHashMap<>();
    List<ConfigProblem> problems = new ArrayList<>();
    int number = 0;
    for (String line : (Iterable<String>) text.lines()::iterator) {
      number++;
      if (problems.size() == PROBLEMS_MAX) {
        break;
      }
      String found = add(line, number, users, lines);
      if (found != null) {
        problems.add(new ConfigProblem(file, number, "", found, ALLOWED));
      }
    }
    return problems.isEmpty() ? new Result.Ok(users) : new Result.Bad(problems);
  }

  /// What is wrong with the line, without any of its text; null when nothing is.
  private static @Nullable String add(
      String line, int number, Map<String, Secret> users, Map<String, Integer> lines) {
    QuotedWords words = new QuotedWords(line);
    if (words.atEnd() || line.startsWith(";")) {
      return null;
    }
    String user = words.next();
    String secret = user == null ? null : words.next();
    if (user == null || secret == null) {
      return words.mistake();
    } else if (user.isEmpty()) {
      return "an empty user name";
    } else if (line.indexOf('\0') >= 0) {
      return "a NUL character";
    }
    Integer first = lines.putIfAbsent(user, number);
    if (first != null) {
      return "user " + KeyPath.quoted(user) + " again, first in line " + first;
    }
    if (!secret.isEmpty()) {
      users.put(user, Secret.of(secret));
    }
    return null;
  }
}
