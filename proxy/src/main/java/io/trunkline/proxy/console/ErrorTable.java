package io.trunkline.proxy.console;

import io.trunkline.proxy.session.ErrorCounts;
import io.trunkline.proxy.session.ErrorCounts.Told;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/// `SHOW ERRORS`: what errors clients were told since the start, the one told last first. Ours.
final class ErrorTable {
  static final Columns ERRORS =
      Columns.of().text("origin", "sqlstate").int8("count").text("last", "message");

  private final ConsoleParts parts;

  ErrorTable(ConsoleParts parts) {
    this.parts = parts;
  }

  ConsoleCommand command() {
    return ConsoleCommand.showLater("ERRORS", ERRORS, _ -> rows());
  }

  private CompletionStage<Table> rows() {
    return parts.loops().ask(context -> context.errors().copy()).thenApply(this::table);
  }

  private Table table(List<Map<ErrorCounts.Key, Told>> ofLoops) {
    Map<ErrorCounts.Key, Told> sum = new HashMap<>();
    ofLoops.forEach(loop -> loop.forEach((key, told) -> sum.merge(key, told, Told::plus)));
    Table table = new Table(ERRORS);
    long now = parts.moments().clock().now();
    sum.entrySet().stream()
        .sorted(Comparator.comparingLong(entry -> now - entry.getValue().lastNanos()))
        .forEach(entry -> row(table, entry.getKey(), entry.getValue()));
    return table;
  }

  private void row(Table table, ErrorCounts.Key key, Told told) {
    table.row(
        key.origin().name().toLowerCase(Locale.ROOT),
        key.sqlState(),
        told.count(),
        parts.moments().text(told.lastNanos()),
        told.message());
  }
}
