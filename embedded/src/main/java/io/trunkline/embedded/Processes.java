package io.trunkline.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// What Java does not say of processes.
public final class Processes {
  private Processes() {}

  /// Whether a process still runs. Orphans that have ended stay in the process table until process
  /// 1 asks for their status, and in a container that may be never: Java calls them alive. See
  /// proc_pid_stat(5): the state follows the name in parentheses.
  public static boolean runs(ProcessHandle process) {
    if (!process.isAlive()) {
      return false;
    }
    Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
    try {
      String fields = Files.readString(stat, StandardCharsets.ISO_8859_1);
      return !fields.substring(fields.lastIndexOf(')') + 1).startsWith(" Z");
    } catch (IOException expected) { // it ends just now, or there is no /proc
      return process.isAlive();
    }
  }
}
