package io.trunkline.proxy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The process that serves already, which this one follows while clients come and go: an online
/// restart. Both listen for a while, which takes SO_REUSEPORT; then the first is asked to leave
/// with its clients. Thread-safe.
///
/// PgBouncer's `-R` hands sockets over instead, and is deprecated in favour of just this
/// (pgbouncer.org, "usage", `--reboot`). As with it, where nobody serves there is nobody to follow.
final class Predecessor {
  private static final Logger log = LoggerFactory.getLogger(Predecessor.class);
  private static final Path PROCESSES = Path.of("/proc");

  private final AtomicReference<@Nullable ProcessHandle> process;

  private Predecessor(@Nullable ProcessHandle process) {
    this.process = new AtomicReference<>(process);
  }

  static Predecessor none() {
    return new Predecessor(null);
  }

  /// The one that a pid file names, if it lives. Blocking.
  ///
  /// @param pidFile null where the configuration has none
  /// @throws IllegalStateException when it is not Trunkline, or nobody says where to look
  static Predecessor namedBy(@Nullable Path pidFile) {
    if (pidFile == null) {
      throw new IllegalStateException("an online restart needs a pid file, to know whom to follow");
    }
    Optional<ProcessHandle> named = new PidFile(pidFile).othersProcess();
    named
        .filter(one -> !isTrunkline(one))
        .ifPresent(stranger -> {
          throw new IllegalStateException(
              "the pid file %s names a process that is not Trunkline's: %d"
                  .formatted(pidFile, stranger.pid()));
        });
    return new Predecessor(named.orElse(null));
  }

  /// An id may have been given to another process since, and a signal must not go there.
  private static boolean isTrunkline(ProcessHandle process) {
    List<String> words = words(process);
    return words.contains("run")
        && words.stream()
            .anyMatch(word -> word.endsWith("trunkline.jar") || word.equals(Main.class.getName()));
  }

  /// Its command line. [ProcessHandle.Info] leaves out one that is longer than a page.
  private static List<String> words(ProcessHandle process) {
    Path file = PROCESSES.resolve(Long.toString(process.pid())).resolve("cmdline");
    try {
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      return Arrays.asList(text.split("\0", -1));
    } catch (IOException noSuchSystem) {
      return Arrays.asList(process.info().commandLine().orElse("").split(" ", -1));
    }
  }

  boolean isThere() {
    return process.get() != null;
  }

  /// Asks it to leave as SIGTERM does, now that clients can come here.
  void dismiss() {
    ProcessHandle there = process.getAndSet(null);
    if (there == null) {
      return;
    }
    if (there.destroy() || !there.isAlive()) {
      log.info("took over from process {}, which has got SIGTERM", there.pid());
    } else {
      log.warn("cannot send SIGTERM to process {}: both serve", there.pid());
    }
  }
}
