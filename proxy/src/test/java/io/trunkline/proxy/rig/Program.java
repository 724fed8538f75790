package io.trunkline.proxy.rig;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.Main;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
    this.reader = Thread.ofVirtual().start(this::read);
  }

  private void read() {
    try {
      process.inputReader().lines().forEach(lines::add);
    } catch (UncheckedIOException killed) {
      lines.add("(killed)");
    }
  }

  /// Returns when that many listeners are there.
  public static Program run(Path file, int listeners) throws IOException {
    return run(file, listeners, List.of(), Map.of());
  }

  /// The same, with more options of the JVM and more in the environment.
  public static Program run(
      Path file, int listeners, List<String> options, Map<String, String> environment)
      throws IOException {
    List<String> command = new ArrayList<>();
    // the JVM does not listen to what a shell had it ignore
    command.addAll(List.of("env", "--default-signal=INT"));
    command.addAll(command(file, options));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    Program program = new Program(builder.redirectErrorStream(true).start());
    Await.until(
        START, "it listens", () -> program.ports().size() == listeners || !program.isAlive());
    return program;
  }

  /// Begun by another program, which may take its time.
  public static Program begin(Path file, List<String> before) throws IOException {
    List<String> command = new ArrayList<>(before);
    command.addAll(command(file, List.of()));
    return new Program(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  /// With flags of its command line; what it says may be nothing.
  public static Program begin(Path file, String... flags) throws IOException {
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.addAll(command(file, List.of()));
    command.addAll(command.size() - 1, List.of(flags));
    return new Program(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  private static List<String> command(Path file, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(
        List.of(
            "-ea",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(), Main.class.getName(), "run", file.toString()));
    return command;
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
