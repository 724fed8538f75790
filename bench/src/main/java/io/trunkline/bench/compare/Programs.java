package io.trunkline.bench.compare;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The programs on this machine.
public final class Programs {
  /// Where Debian has daemons, which is not in everybody's PATH.
  private static final String DAEMONS = File.pathSeparator + "/usr/sbin:/usr/local/sbin";

  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)[^\\s,]*");
  private static final long PATIENCE_SECONDS = 20;

  private Programs() {}

  public static Optional<Path> find(String name) {
    return Stream.of((System.getenv().getOrDefault("PATH", "") + DAEMONS).split(":", -1))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /// The first thing in a program's answer that looks like a version; empty when there is none.
  static String version(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    Matcher matcher = VERSION.matcher(said);
    return matcher.find() ? matcher.group() : "";
  }

  /// Whether a version, as [#version] finds it, is at least `major.minor`.
  static boolean isAtLeast(String version, int major, int minor) {
    Matcher matcher = VERSION.matcher(version);
    if (!matcher.find()) {
      return false;
    }
    int has = Integer.parseInt(matcher.group(1));
    return has > major || (has == major && Integer.parseInt(matcher.group(2)) >= minor);
  }
}
