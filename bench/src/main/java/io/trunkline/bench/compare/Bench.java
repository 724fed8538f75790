package io.trunkline.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `./trunkline bench`: see [Comparison].
@Command(
    name = "trunkline bench",
    description = {
      "Runs Trunkline and every other proxy found on this machine side by side, before the same",
      "servers and under the same loads, and writes what each costs into a table and a plot.",
      "Needs Linux."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class Bench implements Callable<Integer> {

  @Option(
      names = "--scenarios",
      split = ",",
      paramLabel = "NAME",
      description = {
        "Only these, with * for any characters, such as null-*,pg-simple-64. Without it all",
        "are run, which takes hours; --list names them."
      })
  private List<String> scenarios = List.of();

  @Option(names = "--quick", description = "Three short rounds of four scenarios.")
  private boolean quick;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often each is measured. Default: 5, or 3 with --quick.")
  private int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long it is measured each time. Default: 3, or 1 with --quick.")
  private double seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      defaultValue = "3",
      description = {
        "Before it is measured each proxy works in slices of so many seconds, at least four,",
        "until that gets no cheaper. Default: ${DEFAULT-VALUE}."
      })
  private double warmUp;

  @Option(
      names = "--peers",
      split = ",",
      mapFallbackValue = Option.NULL_VALUE,
      paramLabel = "NAME[=PATH]",
      description = {
        "Only these peers beside Trunkline, with the path of the program where it is not in",
        "PATH. Known are pgbouncer, haproxy, odyssey, pgagroal, pgpool2 and none."
      })
  private @Nullable Map<String, Optional<Path>> peers;

  @Option(
      names = "--transports",
      split = ",",
      paramLabel = "NAME",
      description = "Run Trunkline with each of these instead: auto, io_uring, epoll, nio.")
  private List<String> transports = List.of();

  @Option(
      names = "--with",
      split = ",",
      paramLabel = "NAME=PATH",
      description = "Other builds of Trunkline beside this one: their launchers, or jars.")
  private Map<String, Path> builds = Map.of();

  @Option(
      names = "--together",
      description = "Let proxies run on all processors, not apart from load and servers.")
  private boolean together;

  @Option(
      names = "--output",
      paramLabel = "DIRECTORY",
      defaultValue = "bench-results",
      description = "Where results.md and results.svg are written. Default: ${DEFAULT-VALUE}.")
  private Path output;

  @Option(names = "--list", description = "Only name the scenarios.")
  private boolean list;

  @Option(names = "--trunkline", required = true, hidden = true)
  private Path launcher;

  @Spec private CommandSpec spec;

  /// Ends the process with the status of what it did.
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Bench()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    List<Scenario> chosen = chosen();
    if (list) {
      chosen.forEach(s -> System.out.printf("%-22s %s%n", s.name(), s.setup()));
      return 0;
    }
    List<String> about = new ArrayList<>();
    Map<Peer, Path> field = field(about);
    Processors processors = Processors.find(!together && Programs.find("taskset").isPresent());
    Optional<SyscallCount> syscalls = SyscallCount.find();
    boolean withTables =
        chosen.stream().anyMatch(s -> s.setup().backend() == Setup.Backend.POSTGRES);
    processors.stepAside(1);
    about.add(machine(processors, syscalls));
    try (Stage stage = Stage.set(withTables)) {
      about.add(
          "PostgreSQL %d; pool of %d, %d rounds of %s s"
              .formatted(
                  stage.postgresVersion(), Setup.POOL_SIZE, pace().rounds(), measuredSeconds()));
      var comparison =
          new Comparison(
              stage, new Comparison.Field(field, processors), pace(), syscalls, System.out);
      Results results = comparison.run(chosen);
      Report report = new Report(results, reference(results), about);
      report.write(output);
      System.out.println();
      System.out.println(report.text());
      System.out.println("Written to " + output.toAbsolutePath());
    }
    return 0;
  }

  private Comparison.Pace pace() {
    int times = rounds > 0 ? rounds : quick ? 3 : 5;
    Duration measured = Duration.ofMillis((long) (measuredSeconds() * 1_000));
    return new Comparison.Pace(
        times,
        Duration.ofMillis(Math.min(500, measured.toMillis() / 2)),
        measured,
        Duration.ofMillis((long) (warmUp * 1_000)));
  }

  private double measuredSeconds() {
    return seconds > 0 ? seconds : quick ? 1 : 3;
  }

  private List<Scenario> chosen() {
    List<String> wanted = scenarios.isEmpty() && quick ? Scenario.QUICK : scenarios;
    if (wanted.isEmpty()) {
      return Scenario.all();
    }
    List<Scenario> chosen = new ArrayList<>();
    for (String name : wanted) {
      Pattern pattern = Pattern.compile(Pattern.quote(name).replace("*", "\\E.*\\Q"));
      List<Scenario> fitting =
          Scenario.all().stream().filter(s -> pattern.matcher(s.name()).matches()).toList();
      if (fitting.isEmpty()) {
        throw new ParameterException(
            spec.commandLine(), "no scenario is called " + name + ": --list names them");
      }
      fitting.stream().filter(s -> !chosen.contains(s)).forEach(chosen::add);
    }
    return chosen;
  }

  /// Whom ratios are to.
  private static String reference(Results results) {
    List<String> all =
        results.scenarios().stream().flatMap(s -> results.contestants(s).stream()).toList();
    return all.contains(PgBouncer.NAME) ? PgBouncer.NAME : all.isEmpty() ? "" : all.getFirst();
  }

  /// Who is there, each with its program; remarks who is not.
  private Map<Peer, Path> field(List<String> about) throws IOException, InterruptedException {
    Map<Peer, Path> field = new LinkedHashMap<>();
    for (Peer ours : trunklines()) {
      add(ours, launcher.toAbsolutePath(), field, about);
    }
    for (Map.Entry<String, Path> build : builds.entrySet()) {
      add(new Trunkline(build.getKey(), ""), build.getValue().toAbsolutePath(), field, about);
    }
    for (Peer peer :
        List.of(new PgBouncer(false), new HaProxy(), new Odyssey(), new PgAgroal(), new PgPool())) {
      Optional<Path> named = peers == null ? Optional.empty() : peers.get(peer.name());
      if (peers != null && named == null) {
        continue;
      }
      Optional<Path> program =
          named != null && named.isPresent() ? named : Programs.find(peer.program());
      if (program.isPresent() && Files.isExecutable(program.get())) {
        add(peer, program.get(), field, about);
      } else {
        about.add("%s: not found, left out".formatted(peer.name()));
      }
    }
    return field;
  }

  private List<Peer> trunklines() {
    if (transports.isEmpty()) {
      return List.of(new Trunkline(Trunkline.NAME, ""));
    }
    return transports.stream()
        .<Peer>map(t -> new Trunkline("trunkline-" + t, ", transport: " + t))
        .toList();
  }

  private static void add(Peer peer, Path program, Map<Peer, Path> field, List<String> about)
      throws IOException, InterruptedException {
    String version = Programs.version(peer.version(program));
    about.add("%s %s".formatted(peer.name(), version));
    field.put(
        peer instanceof PgBouncer ? new PgBouncer(Programs.isAtLeast(version, 1, 21)) : peer,
        program);
  }

  private static String machine(Processors processors, Optional<SyscallCount> syscalls)
      throws IOException {
    String model =
        Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(System.getProperty("os.arch"));
    return "%d processors (%s), Linux %s; %s; system calls: %s"
        .formatted(
            processors.all().size(),
            model,
            System.getProperty("os.version"),
            processors.apart() ? "proxies have theirs alone" : "everybody on all processors",
            syscalls.map(SyscallCount::program).orElse("not counted"));
  }
}
