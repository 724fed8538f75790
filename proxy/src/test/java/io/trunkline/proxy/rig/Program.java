package io.trunkline.proxy.rig;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.Main;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Trunkline as a process of its own, begun by `run FILE` as an operator would.
public final class Program implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Pattern LISTENING = Pattern.compile("listening on \\S*?:(\\d+) ");

  private final Process process;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Thread reader;

  private Program(Process process) {
    this.process = process;
    this.reader = Thread.ofVirtual().start(() -> process.inputReader().lines().forEach(lines::add));
  }

  /// Returns when that many listeners are there.
  public static Program run(Path file, int listeners) throws IOException {
    List<String> command =
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "-ea",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            classPath(),
            Main.class.getName(),
            "run",
            file.toString());
    Program program = new Program(new ProcessBuilder(command).redirectErrorStream(true).start());
    Await.until(
        START, "it listens", () -> program.ports().size() == listeners || !program.isAlive());
    return program;
  }

  /// Without the tests' own classes and settings.
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private List<Integer> ports() {
    return lines.stream()
        .map(LISTENING::matcher)
        .filter(Matcher::find)
        .map(found -> Integer.valueOf(found.group(1)))
        .toList();
  }

  /// The first line with this text, which must come.
  public String awaitLine(String text) {
    Await.until(
        SOON, "it says " + text, () -> lines.stream().anyMatch(line -> line.contains(text)));
    return lines.stream().filter(line -> line.contains(text)).findFirst().orElseThrow();
  }

  public int port(int listener) {
    List<Integer> ports = ports();
    assertThat(ports).as("it listens: %s", lines).hasSizeGreaterThan(listener);
    return ports.get(listener);
  }

  /// Sends it a signal, whose name begins without `SIG`.
  public void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /// Its exit status, which must come.
  public int awaitEnd() throws InterruptedException {
    assertThat(process.waitFor(SOON.toMillis(), TimeUnit.MILLISECONDS))
        .as("it has ended: %s", lines)
        .isTrue();
    reader.join(SOON);
    return process.exitValue();
  }

  /// Every line so far.
  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
