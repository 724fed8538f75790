package io.trunkline.proxy.console;

import io.trunkline.conf.AdminRole;
import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.message.NoticeResponse;
import io.trunkline.proxy.console.ConsoleCommand.Argument;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/// The table of commands: each by its name, with who may run it. There is no other way to run one.
final class Commands {
  private static final String SHOW = "SHOW ";

  private final Guests guests;
  private final Map<String, ConsoleCommand> byName = new LinkedHashMap<>();

  Commands(ConsoleParts parts, Guests guests, TrafficHistory history, Switches switches) {
    this.guests = guests;
    PoolTables pools = new PoolTables(parts, guests);
    SocketTables sockets = new SocketTables(parts, guests);
    add(help());
    addAll(new ProcessTables(parts, switches).commands());
    add(ConsoleCommand.show("CONFIG", ConfigTable.CONFIG, new Setting(parts)::table));
    add(HbaTable.command(parts));
    addAll(pools.commands());
    addAll(sockets.commands());
    add(new DescriptorTable(parts, sockets).command());
    addAll(new NameTables(parts, guests, pools, switches).commands());
    addAll(new TrafficTables(parts, guests, history).commands());
    addAll(new WaitTables(parts, sockets).commands());
    add(new ErrorTable(parts).command());
    add(new TimeTable(parts).command());
    addAll(new ClusterTables(parts).commands());
    add(new RouteExplanation(parts, switches).command());
    addAll(new FailoverTable(parts).commands());
    addAll(new Operations(parts, guests, switches).commands());
    addAll(new Leadership(parts).commands());
    addAll(new Fencing(parts).commands());
    addAll(new Suspending(parts, switches).commands());
    addAll(new Reloading(parts).commands());
    add(new Setting(parts).command());
    addAll(new Shutdown(parts, switches).commands());
  }

  private void addAll(List<ConsoleCommand> commands) {
    commands.forEach(this::add);
  }

  private void add(ConsoleCommand command) {
    byName.put(command.name().toLowerCase(Locale.ROOT), command);
  }

  Collection<ConsoleCommand> all() {
    return byName.values();
  }

  /// The command that shows this.
  ///
  /// @throws ConsoleError when there is none
  ConsoleCommand show(String what) {
    return find(SHOW.toLowerCase(Locale.ROOT) + what);
  }

  /// The command of this name.
  ///
  /// @throws ConsoleError when there is none
  ConsoleCommand command(String verb) {
    return find(verb);
  }

  private ConsoleCommand find(String name) {
    ConsoleCommand command = byName.get(name);
    if (command == null) {
      throw ConsoleError.unknownCommand(name);
    }
    return command;
  }

  /// Somebody runs a command.
  void ran(Guest guest) {
    guests.ran(guest);
  }

  /// What tools that look for a server's version find.
  String serverVersion() {
    return ProcessTables.PGBOUNCER + "/bouncer";
  }

  private ConsoleCommand help() {
    return new ConsoleCommand(
        "SHOW HELP",
        AdminRole.STATS,
        Argument.NONE,
        null,
        _ ->
            CompletableFuture.completedFuture(
                new Answer(
                    "SHOW",
                    null,
                    NoticeResponse.notice(SqlState.SUCCESSFUL_COMPLETION, "Console usage")
                        .withDetail(usage()))));
  }

  private String usage() {
    return all().stream()
        .map(command -> "\n\t" + command.name() + command.argument().shown())
        .collect(Collectors.joining());
  }
}
