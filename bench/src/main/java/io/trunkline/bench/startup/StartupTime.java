package io.trunkline.bench.startup;

import io.trunkline.protocol.NanoTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/// Measures how long `./trunkline run` takes from its start to the first login it answers: the
/// launcher, the JVM, the configuration, the first look at the server and both logins.
///
/// Cold means that the files of JVM and proxy are not in the page cache, as after a reboot; the
/// pages that other running programs use stay there. See posix_fadvise(2), `DONTNEED`, which dd
/// gives with `iflag=nocache`.
public final class StartupTime {
  private static final int ROUNDS = 10;
  private static final NanoTime CLOCK = NanoTime.SYSTEM;

  private StartupTime() {}

  private record Time(Duration untilLogin, Duration processor) {}

  /// Prints what it measures.
  ///
  /// @param arguments the launcher, then directories whose files a cold start has to read
  public static void main(String[] arguments) throws Exception {
    List<String> launcher = List.of(arguments[0]);
    List<Path> files = new ArrayList<>();
    for (String directory : List.of(arguments).subList(1, arguments.length)) {
      try (Stream<Path> all = Files.walk(Path.of(directory))) {
        all.filter(Files::isRegularFile).forEach(files::add);
      }
    }
    try (Scene scene = Scene.set()) {
      scene.connectToServer().close(); // our own driver shall be ready
      start(launcher, scene);
      report("warm", launcher, scene, List.of());
      report("cold", launcher, scene, files);
    }
    System.exit(0);
  }

  private static void report(String name, List<String> launcher, Scene scene, List<Path> forget)
      throws IOException, SQLException, InterruptedException {
    List<Duration> times = new ArrayList<>();
    List<Duration> processor = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      forget(forget);
      Time time = start(launcher, scene);
      times.add(time.untilLogin());
      processor.add(time.processor());
    }
    Collections.sort(times);
    Collections.sort(processor);
    System.out.printf(
        "%s: first login answered after %d ms (median of %d; %d to %d), processor time %d ms%n",
        name,
        median(times),
        ROUNDS,
        times.getFirst().toMillis(),
        times.getLast().toMillis(),
        median(processor));
  }

  private static long median(List<Duration> sorted) {
    return sorted.get(sorted.size() / 2).toMillis();
  }

  private static void forget(List<Path> files) throws IOException, InterruptedException {
    for (Path file : files) {
      new ProcessBuilder("dd", "if=" + file, "iflag=nocache", "count=0", "status=none")
          .redirectErrorStream(true)
          .start()
          .waitFor();
    }
  }

  private static Time start(List<String> launcher, Scene scene)
      throws IOException, SQLException, InterruptedException {
    long began = CLOCK.now();
    try (ProxyProcess proxy = ProxyProcess.start(launcher, scene)) {
      Connection client = proxy.firstLogin();
      Time time = new Time(Duration.ofNanos(CLOCK.now() - began), proxy.processorTime());
      client.close();
      return time;
    }
  }
}
