package io.trunkline.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Who runs where. A proxy that has processors of its own is seen better: with less than two
/// processors, or without taskset(1), everybody runs everywhere.
///
/// @param all processors this process may use
/// @param apart whether proxies are kept apart from load and servers
public record Processors(List<Integer> all, boolean apart) {
  private static final String ALLOWED = "Cpus_allowed_list:";

  public static Processors find(boolean apart) throws IOException {
    List<Integer> all = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(ALLOWED)) {
        for (String range : line.substring(ALLOWED.length()).strip().split(",", -1)) {
          String[] ends = range.split("-", -1);
          int last = Integer.parseInt(ends[ends.length - 1]);
          for (int i = Integer.parseInt(ends[0]); i <= last; i++) {
            all.add(i);
          }
        }
      }
    }
    return new Processors(List.copyOf(all), apart && all.size() > 1);
  }

  /// Whether proxies with so many loops can have processors of their own.
  private boolean isApart(int loops) {
    return apart && loops < all.size();
  }

  /// What runs a proxy with so many loops.
  List<String> forProxy(int loops) {
    return isApart(loops) ? taskset(all.subList(0, loops)) : List.of();
  }

  /// Moves this process, and what it starts from now on, out of the way of such proxies.
  public void stepAside(int loops) throws IOException, InterruptedException {
    if (!apart) {
      return;
    }
    List<Integer> ours = isApart(loops) ? all.subList(loops, all.size()) : all;
    List<String> command = new ArrayList<>(taskset(ours));
    command.addAll(1, List.of("-a", "-p"));
    command.add(Long.toString(ProcessHandle.current().pid()));
    new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
  }

  private static List<String> taskset(List<Integer> processors) {
    String list = processors.stream().map(Object::toString).collect(Collectors.joining(","));
    return List.of("taskset", "-c", list);
  }
}
