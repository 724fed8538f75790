package io.trunkline.proxy;

import io.trunkline.conf.ConfigFile;
import io.trunkline.conf.ConfigProblem;
import io.trunkline.conf.ConfigResult;
import io.trunkline.conf.ConfigText;
import io.trunkline.conf.Surroundings;
import io.trunkline.conf.pgbouncer.Note;
import io.trunkline.conf.pgbouncer.OptionValue;
import io.trunkline.conf.pgbouncer.OwnSetting;
import io.trunkline.conf.pgbouncer.PgBouncerFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where the configuration comes from: a file of ours, or one of PgBouncer's, by its name. May be
/// read again and again; each time blocking.
record ConfigSource(Path file) {

  /// What reading gave, with what should be known of options that are done otherwise or not at all.
  ///
  /// @param changing how to have the same with another value for one setting
  record Reading(ConfigResult result, List<Note> notes, Changing changing) {

    /// One that cannot be changed.
    static Reading fixed(ConfigResult result) {
      return new Reading(result, List.of(), new Fixed());
    }
  }

  /// A configuration as it was read once, of which single values may be changed. Immutable.
  interface Changing {

    /// The configuration with another value; [ConfigResult.Bad] where there is none. Blocking.
    Reading with(String name, String value);

    /// PgBouncer's options as they are in force; empty for a file that is not PgBouncer's.
    List<OptionValue> options();

    /// Whether [#with] knows this name, and nothing speaks against it but maybe the value.
    boolean mayChange(String name);
  }

  static ConfigSource of(Path file) {
    return new ConfigSource(file);
  }

  Reading read() {
    if (PgBouncerFile.isMeant(file)) {
      PgBouncerFile reader = new PgBouncerFile(Surroundings.ofProcess());
      return new Ini(reader.lines(file), Map.of(), List.of()).read();
    }
    ConfigFile reader = new ConfigFile(Surroundings.ofProcess());
    return switch (reader.text(file)) {
      case ConfigText.Result.Ok(String text) -> new Yaml(file, text, Map.of()).read();
      case ConfigText.Result.Bad(ConfigProblem problem) ->
          Reading.fixed(new ConfigResult.Bad(List.of(problem)));
    };
  }

  /// Lines of `pgbouncer.ini`.
  private record Ini(
      PgBouncerFile.Lines lines, Map<String, String> changes, List<OptionValue> options)
      implements Changing {

    Reading read() {
      var reading = new PgBouncerFile(Surroundings.ofProcess()).read(lines, changes);
      return new Reading(
          reading.result(), reading.notes(), new Ini(lines, changes, reading.options()));
    }

    @Override
    public Reading with(String name, String value) {
      return new Ini(lines, and(changes, name, value), List.of()).read();
    }

    @Override
    public boolean mayChange(String name) {
      OptionValue known = OptionValue.ofName(name);
      return known != null && known.changeable();
    }
  }

  /// The text of a `trunkline.yml`.
  private record Yaml(Path file, String text, Map<String, String> changes) implements Changing {

    /// Sections of which everything may be changed while the process runs.
    private static final Set<String> CHANGEABLE = Set.of("pool", "limits", "log");

    Reading read() {
      var reader = new ConfigFile(Surroundings.ofProcess());
      return new Reading(reader.readText(file, text, changes), List.of(), this);
    }

    @Override
    public Reading with(String name, String value) {
      String key = OwnSetting.keyOf(name);
      if (key == null) {
        return new Yaml(file, text, and(changes, name, value)).read();
      }
      String own = OwnSetting.valueOf(name, value);
      if (own == null) {
        var problem =
            new ConfigProblem("SET", 0, name, "no such value", "one that PgBouncer takes");
        return Reading.fixed(new ConfigResult.Bad(List.of(problem)));
      }
      return new Yaml(file, text, and(changes, key, own)).read();
    }

    @Override
    public List<OptionValue> options() {
      return List.of();
    }

    @Override
    public boolean mayChange(String name) {
      String own = OwnSetting.keyOf(name);
      String key = own == null ? name : own;
      return key.contains(".") && CHANGEABLE.contains(key.substring(0, key.indexOf('.')));
    }
  }

  /// What has no file.
  private record Fixed() implements Changing {
    @Override
    public Reading with(String name, String value) {
      throw new IllegalStateException(name + " cannot be changed");
    }

    @Override
    public List<OptionValue> options() {
      return List.of();
    }

    @Override
    public boolean mayChange(String name) {
      return false;
    }
  }

  private static Map<String, String> and(Map<String, String> changes, String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(changes);
    more.put(key, value);
    return more;
  }
}
