package io.trunkline.conf.pgbouncer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes what `trunkline.yml` would say of the lines of `pgbouncer.ini`.
final class Translation {
  private static final List<String> SECTIONS = List.of("databases", "users", "peers", "pgbouncer");

  private final Place whole;
  private final Report report;
  private final Map<String, Assignments> databases = new LinkedHashMap<>();
  private final Map<String, Assignments> users = new LinkedHashMap<>();
  private final Map<String, Assignments> peers = new LinkedHashMap<>();
  private Assignments process;

  /// @param file that everything is in
  Translation(String file, Report report) {
    this.whole = Place.of(file);
    this.report = report;
    this.process = new Assignments(Options.OF_PROCESS, whole, report);
  }

  /// @param changes options of the process that another value is wanted for than the lines have
  Draft.Section translate(List<IniLine> lines, Map<String, String> changes) {
    lines.forEach(this::take);
    changes.forEach((name, value) -> process.give(name, new Given(value, changed(name))));
    ProcessOptions options = new ProcessOptions(process, report);
    options.translate();
    Servers servers = new Servers(options.socketDirectory(), report);
    Draft.Section named = new Draft.Section();
    databases.forEach((name, one) -> {
      Draft.Section database = new DatabaseLine(one, options, report).translate(servers);
      named.put(name, database);
    });
    if (databases.isEmpty()) {
      consoleAlone(servers, options, named);
    }
    Draft.Section limits = new Draft.Section();
    users.forEach((name, one) -> limits.put(name, UserLine.translate(one)));
    return compose(options, servers, named, limits);
  }

  private static Place changed(String name) {
    return new Place("SET", 0, "[pgbouncer] " + name);
  }

  /// The options of the process as they are in force, when it has been translated.
  List<OptionValue> options() {
    return OptionValue.all(process);
  }

  /// Without databases there is the console, and nobody gets anywhere else: the only name that is
  /// known is the console's own.
  private void consoleAlone(Servers servers, ProcessOptions options, Draft.Section named) {
    Place none = new Place(whole.file(), 0, "[databases]");
    report.lost(none, "there are none, so that only the console answers");
    Assignments nothing = new Assignments(Options.OF_DATABASE, whole, report);
    nothing.give("host", new Given("127.0.0.1", whole));
    named.put("trunkline", new DatabaseLine(nothing, options, report).translate(servers));
  }

  private Draft.Section compose(
      ProcessOptions options, Servers servers, Draft.Section named, Draft.Section limits) {
    new LookupOptions(options.root(), report).gather(databases.values());
    Draft.Section all = new Draft.Section();
    all.set("listeners", options.listeners());
    all.set("clusters", servers.clusters(options.cluster(), hold(options.root())));
    all.set("databases", named);
    if (!limits.isEmpty()) {
      all.set("users", limits);
    }
    all.add(options.root());
    if (!peers.isEmpty()) {
      all.put("peers", PeerLines.translate(peers, process, report));
    }
    return all;
  }

  /// Whoever finds no server waits as long as whoever finds none free.
  private static String hold(Draft.Section root) {
    String wait = root.text("pool.query_wait_timeout");
    return wait == null ? "2m" : wait.equals("0") ? "1d" : wait;
  }

  private void take(IniLine line) {
    switch (line) {
      case IniLine.Header(String section, Place place) -> header(section, place);
      case IniLine.Entry entry -> {
        switch (entry.section()) {
          case "pgbouncer" -> process.give(entry.key(), given(entry));
          case "databases" -> databases.put(entry.key(), pairs(entry, Options.OF_DATABASE));
          case "users" -> users.put(entry.key(), pairs(entry, Options.OF_USER));
          case "peers" -> peers.put(entry.key(), pairs(entry, Options.OF_PEER));
          default -> {} // told at its header
        }
      }
    }
  }

  private static Given given(IniLine.Entry entry) {
    return new Given(entry.value(), entry.place());
  }

  /// Every header of the section takes back what was said before: `cf_load_file` sets all defaults.
  private void header(String section, Place place) {
    if (section.equals("pgbouncer")) {
      process = new Assignments(Options.OF_PROCESS, whole, report);
    } else if (!SECTIONS.contains(section)) {
      report.mistake(place, "an unknown section", "[" + String.join("] | [", SECTIONS) + "]");
    }
  }

  private Assignments pairs(IniLine.Entry entry, Map<String, Option> table) {
    Assignments pairs = new Assignments(table, entry.place(), report);
    try {
      ConnectString.parse(entry.value())
          .forEach((key, value) -> pairs.give(key, new Given(value, entry.place().part(key))));
    } catch (ConnectString.Mistake mistake) {
      report.mistake(
          entry.place(), String.valueOf(mistake.getMessage()), "key=value, apart by blanks");
    }
    return pairs;
  }
}
