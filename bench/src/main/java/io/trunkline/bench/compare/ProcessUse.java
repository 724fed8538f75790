package io.trunkline.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What all processes of one session have used since they began, in microseconds of processor time,
/// and what they hold of memory. proc(5), `/proc/PID/stat`.
///
/// @param rssKib pages that several of the processes share count for each
public record ProcessUse(long userMicros, long systemMicros, long rssKib) {
  private static final Path PROC = Path.of("/proc");

  /// `sysconf(_SC_CLK_TCK)` on every Linux platform there is.
  private static final long MICROS_A_TICK = 10_000;

  private static final long KIB_A_PAGE = 4;

  /// Fields behind the name in parentheses, from 0.
  private static final int SESSION = 3;

  private static final int UTIME = 11;
  private static final int STIME = 12;
  private static final int CUTIME = 13;
  private static final int CSTIME = 14;
  private static final int RSS = 21;

  /// @param leader the process that began the session
  static ProcessUse ofSession(long leader) throws IOException {
    long user = 0;
    long system = 0;
    long pages = 0;
    for (Path directory : processes()) {
      String[] fields = fields(directory);
      if (fields.length <= RSS || Long.parseLong(fields[SESSION]) != leader) {
        continue;
      }
      user += Long.parseLong(fields[UTIME]);
      system += Long.parseLong(fields[STIME]);
      pages += Long.parseLong(fields[RSS]);
      if (directory.getFileName().toString().equals(Long.toString(leader))) {
        user += Long.parseLong(fields[CUTIME]); // children that have ended
        system += Long.parseLong(fields[CSTIME]);
      }
    }
    return new ProcessUse(user * MICROS_A_TICK, system * MICROS_A_TICK, pages * KIB_A_PAGE);
  }

  private static List<Path> processes() throws IOException {
    try (Stream<Path> all = Files.list(PROC)) {
      return all.filter(p -> Character.isDigit(p.getFileName().toString().charAt(0))).toList();
    }
  }

  private static String[] fields(Path directory) throws IOException {
    try {
      String stat = Files.readString(directory.resolve("stat"));
      return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    } catch (NoSuchFileException expected) { // it has just ended
      return new String[0];
    } catch (IOException expected) { // "No such process", when it ends while it is read
      if (Files.exists(directory)) {
        throw expected;
      }
      return new String[0];
    }
  }

  /// What was used since `before`, and what is held now.
  ProcessUse since(ProcessUse before) {
    return new ProcessUse(
        userMicros - before.userMicros, systemMicros - before.systemMicros, rssKib);
  }

  long totalMicros() {
    return userMicros + systemMicros;
  }
}
