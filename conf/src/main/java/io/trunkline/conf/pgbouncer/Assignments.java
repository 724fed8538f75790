package io.trunkline.conf.pgbouncer;

import io.trunkline.conf.Suggestion;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The options one section, database or user is given, beside the table of those there are.
final class Assignments {
  private final Map<String, Option> table;
  private final Map<String, Given> given = new TreeMap<>();
  private final Place whole;
  private final Report report;

  /// @param whole what the options belong to
  Assignments(Map<String, Option> table, Place whole, Report report) {
    this.table = table;
    this.whole = whole;
    this.report = report;
  }

  /// Takes what a line says; the last that says it counts.
  void give(String name, Given what) {
    String known = name.toLowerCase(Locale.ROOT);
    if (table.containsKey(known)) {
      given.put(known, what);
    } else {
      report.mistake(
          what.place(),
          "an unknown option",
          "those of PgBouncer 1.25" + Suggestion.of(known, table.keySet()));
    }
  }

  boolean isGiven(String name) {
    return given.containsKey(name);
  }

  /// Where an option is given, else the whole.
  Place place(String name) {
    Given one = given.get(name);
    return one == null ? whole : one.place();
  }

  /// What is given, or what PgBouncer takes for granted.
  String text(String name) {
    Given one = given.get(name);
    return one == null ? ((Option.Composed) option(name)).otherwise() : one.text();
  }

  /// What is given; null when nothing is.
  @Nullable String given(String name) {
    Given one = given.get(name);
    return one == null ? null : one.text();
  }

  private Option option(String name) {
    return Objects.requireNonNull(table.get(name), name);
  }

  /// The line an option comes from; null when no line gives it.
  @Nullable Place from(String name) {
    Given one = given.get(name);
    return one == null ? null : one.place();
  }

  /// As [#text], translated; null after telling a mistake, and for nothing.
  @Nullable String translated(String name, Kind kind) {
    String text = text(name);
    if (text.isEmpty()) {
      return null;
    }
    String translated = kind.translate(text);
    if (translated == null) {
      report.mistake(place(name), "no such value", kind.allowed);
    }
    return translated;
  }

  /// A whole number; 0 after telling a mistake, and for nothing.
  int number(String name) {
    String text = translated(name, Kind.NUMBER);
    return text == null ? 0 : Integer.parseInt(text);
  }

  /// Hands over every setting of ours that takes an option's place, and tells what becomes of the
  /// options that none takes.
  void carry(BiConsumer<String, Draft.Value> settings) {
    for (Option option : table.values()) {
      Given one = given.get(option.name());
      switch (option) {
        case Option.Carried carried -> carry(carried, one, settings);
        case Option.Needless needless when one != null ->
            report.needless(one.place(), needless.why());
        case Option.Lost lost when one != null && !one.text().equals(lost.unless()) ->
            report.lost(one.place(), lost.why());
        case Option.Needless _, Option.Lost _, Option.Composed _ -> {}
      }
    }
  }

  private void carry(
      Option.Carried option, @Nullable Given one, BiConsumer<String, Draft.Value> settings) {
    String text = one == null ? option.otherwise() : one.text();
    if (text.isEmpty()) {
      return; // as if it were not there
    }
    String translated = option.kind().translate(text);
    if (translated != null) {
      Place from = one == null ? null : one.place();
      settings.accept(option.key(), new Draft.Value(translated, from));
    } else {
      report.mistake(place(option.name()), "no such value", option.kind().allowed);
    }
  }
}
