package io.trunkline.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// One run of a PostgreSQL server: the process with all its children, from start to end.
///
/// Signals are those of the PostgreSQL docs, "Shutting Down the Server".
final class Postmaster {
  /// A fast shutdown waits for standbys, and one of them may be frozen.
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final int PID_LINE = 0;
  private static final int STATUS_LINE = 7;

  private final Process process;
  private final Path dataDirectory;
  private final Path pidFile;
  private final Path frozenFile;

  private Postmaster(Process process, Path dataDirectory) {
    this.process = process;
    this.dataDirectory = dataDirectory;
    this.pidFile = dataDirectory.resolveSibling(Reaper.PID_FILE);
    this.frozenFile = dataDirectory.resolveSibling(Reaper.FROZEN_FILE);
  }

  /// Starts the process and waits until it takes connections.
  ///
  /// @throws IOException when it ends instead; the message has the end of its log
  static Postmaster start(Path home, Unprivileged unprivileged, Path dataDirectory, int port)
      throws IOException {
    Path log = dataDirectory.resolveSibling("server.log");
    List<String> command =
        List.of(
            home.resolve("bin/postgres").toString(),
            "-D",
            dataDirectory.toString(),
            "-p",
            port + "");
    ProcessBuilder builder = Shell.process(Shell.inOwnSession(unprivileged.command(command)));
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.directory(new File(dataDirectory.toString()));
    Postmaster postmaster = new Postmaster(builder.start(), dataDirectory);
    Files.writeString(postmaster.pidFile, postmaster.process.pid() + "\n");
    try {
      Waiting.until(
          "PostgreSQL takes connections on port " + port, () -> postmaster.takesConnections(log));
    } catch (IOException e) {
      postmaster.kill();
      throw e;
    }
    return postmaster;
  }

  /// What pg_ctl looks at: the last line of the lock file, if the file is this process's own.
  private boolean takesConnections(Path log) throws IOException {
    if (!process.isAlive()) {
      throw new IOException("PostgreSQL did not start:\n" + end(Files.readString(log)));
    }
    Path lockFile = dataDirectory.resolve("postmaster.pid");
    if (Files.notExists(lockFile)) {
      return false;
    }
    List<String> lines = Files.readAllLines(lockFile, StandardCharsets.ISO_8859_1);
    if (lines.size() <= STATUS_LINE
        || !lines.get(PID_LINE).strip().equals(Long.toString(process.pid()))) {
      return false;
    }
    String status = lines.get(STATUS_LINE).strip();
    return status.equals("ready") || status.equals("standby");
  }

  private static String end(String log) {
    return log.substring(Math.max(0, log.length() - 2_000));
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /// Ends sessions, writes a checkpoint and sends all WAL to the standbys.
  void stopFast() throws IOException {
    signal("INT", List.of(process.toHandle()));
    awaitEnd();
  }

  /// Ends without a checkpoint: the next start recovers.
  void stopImmediately() throws IOException {
    signal("QUIT", List.of(process.toHandle()));
    awaitEnd();
  }

  /// Ends every process at once, as when the machine fails; the kernel closes the sockets.
  void kill() throws IOException {
    List<ProcessHandle> all = all();
    all.forEach(ProcessHandle::destroyForcibly);
    awaitEnd();
    Waiting.until("all of PostgreSQL ended", () -> all.stream().noneMatch(Processes::runs));
  }

  /// Stops every process where it is: the server neither answers nor closes anything.
  void freeze() throws IOException {
    signal("STOP", List.of(process.toHandle())); // first, so that no new child escapes
    List<ProcessHandle> all = all();
    Files.write(frozenFile, all.stream().map(handle -> Long.toString(handle.pid())).toList());
    signal("STOP", all);
  }

  void thaw() throws IOException {
    signal("CONT", all());
    Files.deleteIfExists(frozenFile);
  }

  void reload() throws IOException {
    signal("HUP", List.of(process.toHandle()));
  }

  private List<ProcessHandle> all() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
  }

  private void awaitEnd() throws IOException {
    if (!Waiting.forExit(process, PATIENCE)) {
      all().forEach(ProcessHandle::destroyForcibly);
      Waiting.forExit(process);
    }
    Files.deleteIfExists(pidFile);
    Files.deleteIfExists(frozenFile);
  }

  /// Some of the processes may end before the signal reaches them, which is no failure.
  private static void signal(String name, List<ProcessHandle> to) {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "kill -" + name + " \"$@\"", "sh"));
    to.forEach(handle -> command.add(Long.toString(handle.pid())));
    Shell.succeeds(command);
  }
}
