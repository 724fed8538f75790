package io.trunkline.bench.steady;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The JDK's flight recorder in another process, made to look at little: what each thread has
/// allocated, once a second; collections; safepoints; and now and then an allocation with who made
/// it.
final class FlightRecorder {
  static final String THREAD_ALLOCATION = "jdk.ThreadAllocationStatistics";
  static final String ALLOCATION_SAMPLE = "jdk.ObjectAllocationSample";
  static final String COLLECTION = "jdk.GarbageCollection";
  static final String SAFEPOINT_BEGIN = "jdk.SafepointBegin";
  static final String SAFEPOINT_END = "jdk.SafepointEnd";

  private static final String SETTINGS =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <configuration version="2.0">
        <event name="%s">
          <setting name="enabled">true</setting>
          <setting name="period">1 s</setting>
        </event>
        <event name="%s">
          <setting name="enabled">true</setting>
          <setting name="throttle">50/s</setting>
          <setting name="stackTrace">true</setting>
        </event>
        <event name="%s"><setting name="enabled">true</setting></event>
        <event name="%s"><setting name="enabled">true</setting></event>
        <event name="%s"><setting name="enabled">true</setting></event>
      </configuration>
      """
          .formatted(
              THREAD_ALLOCATION, ALLOCATION_SAMPLE, COLLECTION, SAFEPOINT_BEGIN, SAFEPOINT_END);

  private static final String NAME = "steady";

  private final Path directory;

  private FlightRecorder(Path directory) {
    this.directory = directory;
  }

  /// One that keeps its files here.
  static FlightRecorder in(Path directory) throws IOException {
    FlightRecorder recorder = new FlightRecorder(directory);
    Files.writeString(recorder.settings(), SETTINGS);
    return recorder;
  }

  private Path settings() {
    return directory.resolve(NAME + ".jfc");
  }

  /// What the JVM that is to be looked at must be started with.
  List<String> options() {
    return List.of(
        "-XX:StartFlightRecording:name=%s,settings=%s".formatted(NAME, settings()),
        "-XX:FlightRecorderOptions:repository=" + directory.resolve("repository"));
  }

  /// Writes what was seen so far into a file.
  ///
  /// @param pid of the JVM
  Path dump(long pid) throws IOException, InterruptedException {
    Path file = directory.resolve(NAME + ".jfr");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid),
                "JFR.dump",
                "name=" + NAME,
                "filename=" + file)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0 || !Files.exists(file)) {
      throw new IOException("jcmd: " + said.strip());
    }
    return file;
  }
}
