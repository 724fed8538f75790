package io.trunkline.bench.compare;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/// What has been measured so far: for each scenario and contestant a sample a round, in order.
final class Results {
  /// From this spread of the fixed job on, small differences mean nothing.
  private static final double NOISY = 1.25;

  private final Map<Scenario, Map<String, List<Sample>>> samples = new LinkedHashMap<>();
  private final Map<Scenario, Map<String, Double>> syscalls = new LinkedHashMap<>();

  /// Why somebody is missing somewhere.
  private final List<String> remarks = new ArrayList<>();

  void add(Scenario scenario, String contestant, Sample sample) {
    samples
        .computeIfAbsent(scenario, _ -> new LinkedHashMap<>())
        .computeIfAbsent(contestant, _ -> new ArrayList<>())
        .add(sample);
  }

  void addSyscalls(Scenario scenario, String contestant, double perUnit) {
    syscalls.computeIfAbsent(scenario, _ -> new LinkedHashMap<>()).put(contestant, perUnit);
  }

  void remark(String text) {
    if (!remarks.contains(text)) {
      remarks.add(text);
    }
  }

  List<String> remarks() {
    return Collections.unmodifiableList(remarks);
  }

  List<Scenario> scenarios() {
    return List.copyOf(samples.keySet());
  }

  List<String> contestants(Scenario scenario) {
    return List.copyOf(of(scenario).keySet());
  }

  private Map<String, List<Sample>> of(Scenario scenario) {
    return samples.getOrDefault(scenario, Map.of());
  }

  List<Sample> of(Scenario scenario, String contestant) {
    return of(scenario).getOrDefault(contestant, List.of());
  }

  OptionalDouble syscalls(Scenario scenario, String contestant) {
    Double perUnit = syscalls.getOrDefault(scenario, Map.of()).get(contestant);
    return perUnit == null ? OptionalDouble.empty() : OptionalDouble.of(perUnit);
  }

  double median(Scenario scenario, String contestant, ToDoubleFunction<Sample> figure) {
    return median(of(scenario, contestant).stream().mapToDouble(figure).sorted().toArray());
  }

  /// A figure as a multiple of another contestant's in the same round, round by round, sorted.
  double[] ratios(
      Scenario scenario, String contestant, String reference, ToDoubleFunction<Sample> figure) {
    List<Sample> ours = of(scenario, contestant);
    List<Sample> theirs = of(scenario, reference);
    double[] ratios = new double[Math.min(ours.size(), theirs.size())];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = figure.applyAsDouble(ours.get(i)) / figure.applyAsDouble(theirs.get(i));
    }
    java.util.Arrays.sort(ratios);
    return ratios;
  }

  static double median(double... sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /// How steady the machine was.
  String noise() {
    double[] job =
        samples.values().stream()
            .flatMap(contestants -> contestants.values().stream())
            .flatMap(List::stream)
            .mapToDouble(Sample::kernelMicros)
            .sorted()
            .toArray();
    if (job.length == 0) {
      return "nothing was measured";
    }
    double slow = job[(int) Math.floor(0.9 * (job.length - 1))];
    double fast = job[(int) Math.ceil(0.1 * (job.length - 1))];
    String spread =
        "The fixed kernel job took %.2f us (median; %.2f to %.2f without the extreme tenths)"
            .formatted(median(job), fast, slow);
    return slow / fast < NOISY
        ? spread + ": the machine was steady."
        : spread
            + ": the machine was NOISY, differences below %.0f %% mean nothing."
                .formatted(Math.min(100, (slow / fast - 1) * 50));
  }
}
