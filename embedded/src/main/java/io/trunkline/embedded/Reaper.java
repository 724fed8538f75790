package io.trunkline.embedded;

import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sees to it that nothing outlives this JVM, however it ends: a small shell reads from a pipe the
/// directories of all servers, and when the pipe closes – the JVM has exited, or was killed with
/// `kill -9`, where no shutdown hook runs – it stops the servers and removes the directories. A
/// directory that is gone by then was closed in good order.
///
/// One per JVM, started with the first server.
final class Reaper {
  /// Names a file in a server's directory: the process ids of its running postmaster.
  static final String PID_FILE = "pid";

  /// Names a file in a server's directory: the process ids stopped by [EmbeddedServer#freeze()].
  static final String FROZEN_FILE = "frozen";

  /// An immediate shutdown (SIGQUIT) lets PostgreSQL give back its shared memory; what has not
  /// ended after five seconds is killed. Shells share the terminal with us, so Ctrl-C must not end
  /// this one before its work.
  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      all=''
      while read -r directory; do
        all="$all$directory
      "
      done
      exec 2>/dev/null
      printf '%s' "$all" | while read -r directory; do
        test -d "$directory" || continue
        kill -CONT $(cat "$directory/frozen")
        kill -QUIT $(cat "$directory/pid")
      done
      printf '%s' "$all" | while read -r directory; do
        test -d "$directory" || continue
        n=0
        while kill -0 $(cat "$directory/pid") && test $n -lt 50; do sleep 0.1; n=$((n + 1)); done
        kill -KILL $(cat "$directory/pid")
        rm -rf "$directory"
      done
      """;

  private static @Nullable BufferedWriter pipe;

  private Reaper() {}

  /// From now on the directory, and the server in it, goes with this JVM.
  static synchronized void watch(Path directory) throws IOException {
    BufferedWriter to = pipe;
    if (to == null) {
      ProcessBuilder builder = Shell.process(List.of("sh", "-c", SCRIPT));
      builder.redirectInput(Redirect.PIPE).redirectOutput(Redirect.DISCARD);
      to = builder.start().outputWriter(StandardCharsets.UTF_8);
      pipe = to;
    }
    to.write(directory + "\n");
    to.flush();
  }
}
