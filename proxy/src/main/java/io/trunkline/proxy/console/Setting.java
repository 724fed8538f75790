package io.trunkline.proxy.console;

import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.message.NoticeResponse;
import io.trunkline.proxy.console.ConsoleCommand.Argument;
import io.trunkline.settings.Problem;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/// `SET key = value`: another value for one of PgBouncer's options, or for a setting by its dotted
/// key, until the configuration is read anew. All that RELOAD would do comes of it.
final class Setting {
  /// How the command is called in the table, and what its tag begins with.
  static final String SET = "SET";

  private static final String FAILED = "SET failed";

  private final ConsoleParts parts;

  Setting(ConsoleParts parts) {
    this.parts = parts;
  }

  /// Its argument is `key=value`.
  ConsoleCommand command() {
    return Operations.command(SET, Argument.KEY_AND_VALUE, this::set);
  }

  /// `SHOW CONFIG`.
  Table table() {
    return ConfigTable.of(parts.config().get(), parts.reload().changeable());
  }

  private CompletionStage<Answer> set(Call call) {
    int sign = call.argument().indexOf('=');
    String name = call.argument().substring(0, sign);
    String value = call.argument().substring(sign + 1);
    if (!parts.reload().changeable().names().test(name)) {
      throw cannot(name);
    }
    return parts.reload().set(name, value).thenApply(changed -> answer(call, changed));
  }

  private static Answer answer(Call call, ConsoleParts.Changed changed) {
    if (!changed.problems().isEmpty()) {
      throw ConsoleError.detailed(
          SqlState.INVALID_PARAMETER_VALUE, FAILED, shown(changed.problems()));
    }
    String tag = SET + " " + call.argument();
    return changed.notes().isEmpty()
        ? Answer.done(tag)
        : new Answer(
            tag,
            null,
            NoticeResponse.notice(
                SqlState.SUCCESSFUL_COMPLETION, String.join("; ", changed.notes())));
  }

  private static String shown(List<Problem> problems) {
    return problems.stream()
        .map(it -> "%s: found %s, allowed %s".formatted(it.key(), it.found(), it.allowed()))
        .collect(Collectors.joining("; "));
  }

  /// Why a setting cannot be changed from here.
  private ConsoleError cannot(String name) {
    boolean known = table().rows().stream().anyMatch(row -> name.equals(row.getFirst()));
    return known
        ? ConsoleError.detailed(
            SqlState.CANT_CHANGE_RUNTIME_PARAM,
            FAILED,
            "parameter \"%s\" cannot be changed while the proxy runs".formatted(name))
        : ConsoleError.detailed(
            SqlState.UNDEFINED_OBJECT,
            FAILED,
            "unrecognized configuration parameter \"%s\"".formatted(name));
  }
}
