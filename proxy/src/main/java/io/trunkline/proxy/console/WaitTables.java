package io.trunkline.proxy.console;

import io.trunkline.proxy.session.ClientView;
import java.util.Comparator;
import java.util.List;

/// `SHOW PINNED` and `SHOW WAITING`: who keeps a server longer than he should need it, who wants
/// one and has none, and why. Both ours.
final class WaitTables {
  static final Columns PINNED =
      Columns.of()
          .int4("client")
          .text("user", "database", "addr")
          .int4("server")
          .text("member")
          .int4("remote_pid")
          .text("since")
          .int8("pinned_us")
          .text("reason");
  static final Columns WAITING =
      Columns.of()
          .int4("client")
          .text("user", "database", "addr", "cluster", "since")
          .int8("wait_us")
          .text("reason");

  private final ConsoleParts parts;
  private final SocketTables sockets;

  WaitTables(ConsoleParts parts, SocketTables sockets) {
    this.parts = parts;
    this.sockets = sockets;
  }

  List<ConsoleCommand> commands() {
    return List.of(
        ConsoleCommand.showLater("PINNED", PINNED, _ -> sockets.crowd().thenApply(this::pinned)),
        ConsoleCommand.showLater(
            "WAITING", WAITING, _ -> sockets.crowd().thenApply(this::waiting)));
  }

  private Table pinned(SocketTables.Crowd crowd) {
    Table table = new Table(PINNED);
    for (ClientView client : crowd.clients()) {
      ClientView.Held held = client.server();
      if (held != null && !client.pinReason().isEmpty()) {
        long since = client.times().pinned();
        table.row(
            (int) client.profile().id(),
            client.profile().user(),
            client.profile().database(),
            client.profile().address(),
            (int) held.id(),
            held.member(),
            held.processId(),
            parts.moments().text(since),
            parts.moments().microsSince(since),
            client.pinReason());
      }
    }
    return table;
  }

  /// Who has waited longest comes first.
  private Table waiting(SocketTables.Crowd crowd) {
    Table table = new Table(WAITING);
    crowd.clients().stream()
        .filter(client -> client.state() == ClientView.Phase.WAITING)
        .sorted(
            Comparator.comparingLong(
                client -> -parts.moments().microsSince(client.times().waiting())))
        .forEach(client ->
            table.row(
                (int) client.profile().id(),
                client.profile().user(),
                client.profile().database(),
                client.profile().address(),
                client.profile().cluster(),
                parts.moments().text(client.times().waiting()),
                parts.moments().microsSince(client.times().waiting()),
                client.waitReason()));
    return table;
  }
}
