package io.trunkline.bench.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Counts the system calls of a process and all its threads, by perf(1) where that may, else by
/// strace(1), which slows what it watches so that more happens at once.
final class SyscallCount {
  private static final Pattern PERF = Pattern.compile("(?m)^(\\d+),.*raw_syscalls:sys_enter");
  private static final Pattern STRACE =
      Pattern.compile("(?m)^\\s*100\\.00\\s+[\\d.]+\\s+(?:\\d+\\s+)?(\\d+)(?:\\s+\\d+)?\\s+total");
  private static final long PATIENCE_SECONDS = 10;

  private final List<String> command;
  private final Pattern result;

  private SyscallCount(List<String> command, Pattern result) {
    this.command = List.copyOf(command);
    this.result = result;
  }

  /// What works on this machine, tried on this very process; empty where nothing does.
  static Optional<SyscallCount> find() throws IOException, InterruptedException {
    List<SyscallCount> candidates = new ArrayList<>();
    String event = "raw_syscalls:sys_enter";
    Programs.find("perf")
        .map(Path::toString)
        .ifPresent(perf ->
            candidates.add(
                new SyscallCount(List.of(perf, "stat", "-x,", "-e", event, "-p"), PERF)));
    Programs.find("strace")
        .map(Path::toString)
        .ifPresent(
            strace -> candidates.add(new SyscallCount(List.of(strace, "-c", "-f", "-p"), STRACE)));
    for (SyscallCount candidate : candidates) {
      Watch watch = candidate.watch(ProcessHandle.current().pid());
      TimeUnit.MILLISECONDS.sleep(100); // it takes a while to attach
      if (watch.end() >= 0) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /// The name of the program that counts.
  String program() {
    return Path.of(command.getFirst()).getFileName().toString();
  }

  Watch watch(long pid) throws IOException {
    List<String> all = new ArrayList<>(command);
    all.add(Long.toString(pid));
    return new Watch(new ProcessBuilder(all).redirectErrorStream(true).start());
  }

  /// A process that is being watched.
  final class Watch {
    private final Process process;

    private Watch(Process process) {
      this.process = process;
    }

    /// The calls since the beginning; negative when they could not be counted.
    long end() throws IOException, InterruptedException {
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return -1;
      }
      byte[] said = process.getInputStream().readAllBytes();
      Matcher matcher = result.matcher(new String(said, StandardCharsets.UTF_8));
      return matcher.find() ? Long.parseLong(matcher.group(1)) : -1;
    }
  }
}
