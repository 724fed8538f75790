package io.trunkline.proxy.console;

import io.trunkline.conf.AdminRole;
import io.trunkline.protocol.SqlState;
import io.trunkline.proxy.console.ConsoleCommand.Argument;
import io.trunkline.proxy.console.ConsoleParts.Listening;
import io.trunkline.proxy.login.Destination;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/// `EXPLAIN ROUTE user database port`: where a client that connects so would go now, and why. Ours.
/// A [RouteStory] for each listener at that port.
final class RouteExplanation {
  static final Columns STEPS = Columns.of().text("step", "what", "why");

  /// How the command is found.
  static final String KEY = "explain route";

  private static final int PORT_MAX = 65_535;

  private final ConsoleParts parts;
  private final Switches switches;

  RouteExplanation(ConsoleParts parts, Switches switches) {
    this.parts = parts;
    this.switches = switches;
  }

  ConsoleCommand command() {
    return new ConsoleCommand(
        "EXPLAIN ROUTE",
        AdminRole.STATS,
        Argument.USER_DATABASE_PORT,
        STEPS,
        call ->
            CompletableFuture.completedFuture(
                new Answer("EXPLAIN", table(call.arguments()), null)));
  }

  private Table table(List<String> arguments) {
    var names = new Destination.Names(arguments.get(1), arguments.get(0));
    if (names.user().isEmpty() || names.database().isEmpty()) {
      throw ConsoleError.badArguments("the user and the database have names");
    }
    Table table = new Table(STEPS);
    for (Listening listening : at(port(arguments.get(2)))) {
      new RouteStory(parts, switches, listening, names, table).tell();
    }
    return table;
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port > 0 && port <= PORT_MAX) {
        return port;
      }
    } catch (NumberFormatException expected) {
      // told below
    }
    throw ConsoleError.badArguments("a port is a number from 1 to 65535, not '%s'".formatted(text));
  }

  private List<Listening> at(int port) {
    List<Listening> all = parts.host().get().listening();
    List<Listening> found = all.stream().filter(one -> one.port() == port).toList();
    if (found.isEmpty()) {
      throw ConsoleError.detailed(
          SqlState.UNDEFINED_OBJECT,
          "no listener at port " + port,
          all.stream()
              .map(one -> String.valueOf(one.port()))
              .distinct()
              .collect(Collectors.joining(", ", "There are listeners at: ", ".")));
    }
    return found;
  }
}
