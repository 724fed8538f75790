package io.trunkline.proxy;

import io.trunkline.conf.ClusterSettings;
import io.trunkline.conf.ConfigProblem;
import io.trunkline.conf.ConfigResult;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.conf.pgbouncer.Note;
import io.trunkline.proxy.console.ConsoleParts;
import io.trunkline.settings.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the configuration anew while the proxy runs: the whole of it comes into force, or nothing,
/// with every reason. Certificates are read anew with it. Those who come find the new one, and
/// clients who are here get their times and bounds from it ([Renewals]). Any thread may call it;
/// all of it blocks.
final class Reload {
  private static final Logger log = LoggerFactory.getLogger(Reload.class);
  private static final String ANEW = "the same until a new start";

  private final Supplier<ConfigSource.Reading> source;
  private final Wiring wiring;
  private final Doors doors;

  /// What is in force.
  private volatile ConfigSource.Reading present;

  /// @param present what the process was started with
  Reload(
      ConfigSource.Reading present,
      Supplier<ConfigSource.Reading> source,
      Wiring wiring,
      Doors doors) {
    this.present = present;
    this.source = source;
    this.wiring = wiring;
    this.doors = doors;
  }

  /// What it would do.
  synchronized ConsoleParts.Preview check() {
    return switch (source.get().result()) {
      case ConfigResult.Bad(List<ConfigProblem> problems) ->
          new ConsoleParts.Preview(problems.stream().map(Reload::problem).toList(), List.of());
      case ConfigResult.Ok(ProxyConfig next) ->
          new ConsoleParts.Preview(fixed(wiring.config(), next), changes(wiring.config(), next));
    };
  }

  /// Does it.
  ///
  /// @return why nothing was done; empty when all was
  synchronized List<Problem> run() {
    return use(source.get());
  }

  /// Uses another value for one setting, until it is read anew.
  ///
  /// @return with the reasons why nothing was done, or what should be known of what was
  synchronized ConsoleParts.Changed set(String name, String value) {
    ConfigSource.Reading next = present.changing().with(name, value);
    List<String> notes =
        next.notes().stream()
            .filter(note -> note.text().startsWith("[pgbouncer] " + name + " "))
            .map(Note::text)
            .toList();
    return new ConsoleParts.Changed(use(next), notes);
  }

  /// What may be changed by name.
  ConsoleParts.Changeable changeable() {
    ConfigSource.Changing changing = present.changing();
    return new ConsoleParts.Changeable(changing.options(), changing::mayChange);
  }

  private List<Problem> use(ConfigSource.Reading reading) {
    List<Problem> problems = useResult(reading.result());
    if (problems.isEmpty()) {
      present = reading;
    }
    return problems;
  }

  private List<Problem> useResult(ConfigResult result) {
    return switch (result) {
      case ConfigResult.Bad(List<ConfigProblem> problems) ->
          refused(problems.stream().map(Reload::problem).toList());
      case ConfigResult.Ok(ProxyConfig next) -> {
        List<Problem> problems = fixed(wiring.config(), next);
        yield problems.isEmpty() ? use(next) : refused(problems);
      }
    };
  }

  private List<Problem> use(ProxyConfig next) {
    List<ConsoleParts.Change> changes = changes(wiring.config(), next);
    List<Problem> certificates = wiring.certificates().reload();
    if (!certificates.isEmpty()) {
      return certificates; // told already
    }
    try {
      doors.are(next.listeners());
    } catch (IllegalStateException | IllegalArgumentException failure) {
      return refused(
          List.of(new Problem("listeners", String.valueOf(failure.getMessage()), "free places")));
    }
    wiring.become(next);
    doors.retune();
    changes.forEach(change ->
        log.info(
            "reloaded: {} {}{}",
            change.section(),
            change.name().isEmpty() ? "" : change.name() + " ",
            change.change()));
    if (changes.isEmpty()) {
      log.info("reloaded: nothing has changed");
    }
    return List.of();
  }

  private static List<Problem> refused(List<Problem> problems) {
    problems.forEach(problem ->
        log.error(
            "nothing is reloaded: {}: found {}, allowed {}",
            problem.key(),
            problem.found(),
            problem.allowed()));
    return problems;
  }

  private static Problem problem(ConfigProblem problem) {
    String where = problem.line() == 0 ? problem.file() : problem.file() + ":" + problem.line();
    String key = problem.key().isEmpty() ? where : where + ": " + problem.key();
    return new Problem(key, problem.found(), problem.allowed());
  }

  /// What cannot change while the proxy runs, and would.
  private static List<Problem> fixed(ProxyConfig now, ProxyConfig next) {
    List<Problem> problems = new ArrayList<>();
    next.clusters()
        .forEach((name, settings) -> {
          ClusterSettings before = now.clusters().get(name);
          if (before != null && !watched(before).equals(watched(settings))) {
            problems.add(
                new Problem("clusters." + name, "other members, patroni, probe or tls", ANEW));
          }
        });
    boolean sameLoops =
        now.runtime().eventLoops() == next.runtime().eventLoops()
            && now.runtime().transport() == next.runtime().transport();
    if (!sameLoops) {
      problems.add(new Problem("runtime", "other event loops or another transport", ANEW));
    }
    if (!Objects.equals(now.http(), next.http())) {
      problems.add(new Problem("http", "another port or address", ANEW));
    }
    if (!Objects.equals(now.peers(), next.peers())) {
      problems.add(new Problem("peers", "other instances", ANEW));
    }
    if (now.log().format() != next.log().format()) {
      problems.add(new Problem("log.format", "another format", ANEW));
    }
    return problems;
  }

  /// What the watch over a cluster and its connections were made from.
  private static List<@Nullable Object> watched(ClusterSettings settings) {
    return Arrays.asList(
        settings.members(),
        settings.patroni(),
        settings.probe(),
        settings.tls(),
        settings.protocol(),
        settings.maxMemberConnections());
  }

  /// Every difference, by section.
  private static List<ConsoleParts.Change> changes(ProxyConfig now, ProxyConfig next) {
    List<ConsoleParts.Change> changes = new ArrayList<>();
    compare("clusters", now.clusters(), next.clusters(), changes);
    compare("databases", now.databases(), next.databases(), changes);
    compare("users", now.users(), next.users(), changes);
    compare("listeners", now.listeners(), next.listeners(), changes);
    compare("pool", now.pool(), next.pool(), changes);
    compare("auth", now.auth(), next.auth(), changes);
    compare("auth", "lines of its files", now.access(), next.access(), changes);
    compare("admin", now.admin(), next.admin(), changes);
    compare("limits", now.limits(), next.limits(), changes);
    compare("runtime", now.runtime(), next.runtime(), changes);
    compare("log", now.log(), next.log(), changes);
    return changes;
  }

  private static void compare(
      String section, Object now, Object next, List<ConsoleParts.Change> changes) {
    compare(section, "", now, next, changes);
  }

  private static void compare(
      String section,
      String name,
      @Nullable Object now,
      @Nullable Object next,
      List<ConsoleParts.Change> changes) {
    if (!Objects.equals(now, next)) {
      changes.add(new ConsoleParts.Change(section, name, "changed"));
    }
  }

  private static void compare(
      String section, Map<String, ?> now, Map<String, ?> next, List<ConsoleParts.Change> changes) {
    now.forEach((name, settings) -> {
      Object other = next.get(name);
      if (other == null) {
        changes.add(new ConsoleParts.Change(section, name, "removed"));
      } else if (!other.equals(settings)) {
        changes.add(new ConsoleParts.Change(section, name, "changed"));
      }
    });
    next.forEach((name, _) -> {
      if (!now.containsKey(name)) {
        changes.add(new ConsoleParts.Change(section, name, "added"));
      }
    });
  }
}
