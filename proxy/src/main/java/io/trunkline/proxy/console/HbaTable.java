package io.trunkline.proxy.console;

import io.trunkline.conf.hba.AccessRules;
import io.trunkline.conf.hba.HbaRule;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// `SHOW HBA`: the lines that decide who may come in, with the columns of PostgreSQL's
/// `pg_hba_file_rules`; there is none with a mistake. Secrets are not shown.
final class HbaTable {
  static final Columns HBA =
      Columns.of()
          .int4("rule_number")
          .text("file_name")
          .int4("line_number")
          .text("type", "database", "user_name", "address", "netmask", "auth_method", "options");

  private HbaTable() {}

  static ConsoleCommand command(ConsoleParts parts) {
    return ConsoleCommand.show("HBA", HBA, () -> table(parts.config().get().access()));
  }

  private static Table table(@Nullable AccessRules access) {
    Table table = new Table(HBA);
    if (access != null) {
      int number = 0;
      for (HbaRule rule : access.rules()) {
        HbaRule.Shown shown = rule.shown();
        table.row(
            ++number,
            shown.file(),
            shown.line(),
            shown.type(),
            String.join(",", shown.databases()),
            String.join(",", shown.users()),
            nullIfEmpty(shown.address()),
            nullIfEmpty(shown.netmask()),
            shown.method(),
            options(shown));
      }
    }
    return table;
  }

  private static @Nullable String options(HbaRule.Shown shown) {
    return nullIfEmpty(
        shown.options().entrySet().stream()
            .map(option -> option.getKey() + "=" + option.getValue())
            .collect(Collectors.joining(" ")));
  }

  private static @Nullable String nullIfEmpty(String text) {
    return text.isEmpty() ? null : text;
  }
}
