package io.trunkline.proxy.console;

import io.trunkline.pool.ServerPool;
import io.trunkline.pool.ServerStartup;
import io.trunkline.pool.ServerView;
import io.trunkline.protocol.ReplicationMode;
import io.trunkline.proxy.session.ClientProfile;
import io.trunkline.proxy.session.ClientView;
import io.trunkline.proxy.session.LoopContext;
import io.trunkline.settings.ScalarText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// `SHOW CLIENTS`, `SHOW SERVERS` and `SHOW SOCKETS`: every connection.
final class SocketTables {
  private static final String NO_REPLICATION = "none";
  private static final Columns SOCKET =
      Columns.of()
          .text("type", "user", "database", "replication", "state", "addr")
          .int4("port")
          .text("local_addr")
          .int4("local_port")
          .text("connect_time", "request_time")
          .int4("wait", "wait_us", "close_needed")
          .text("ptr", "link")
          .int4("remote_pid")
          .text("tls", "application_name")
          .int4("prepared_statements", "id");

  /// The last three are ours.
  static final Columns CLIENTS = ours(SOCKET);

  static final Columns SERVERS = CLIENTS;
  static final Columns SOCKETS =
      ours(
          SOCKET.int4(
              "recv_pos",
              "pkt_pos",
              "pkt_remain",
              "send_pos",
              "send_remain",
              "pkt_avail",
              "send_avail"));

  private final ConsoleParts parts;
  private final Guests guests;

  SocketTables(ConsoleParts parts, Guests guests) {
    this.parts = parts;
    this.guests = guests;
  }

  private static Columns ours(Columns columns) {
    return columns.text("cluster", "member", "reason");
  }

  /// Every connection there is, at about one moment.
  record Crowd(List<ClientView> clients, List<ServerView> servers) {}

  List<ConsoleCommand> commands() {
    return List.of(
        ConsoleCommand.showLater("CLIENTS", CLIENTS, _ -> crowd().thenApply(this::clients)),
        ConsoleCommand.showLater("SERVERS", SERVERS, _ -> crowd().thenApply(this::servers)),
        ConsoleCommand.showLater(
            "SOCKETS", SOCKETS, _ -> crowd().thenApply(crowd -> sockets(crowd, _ -> true))),
        ConsoleCommand.showLater(
            "ACTIVE_SOCKETS",
            SOCKETS,
            _ -> crowd().thenApply(crowd -> sockets(crowd, SocketTables::isBusy))));
  }

  CompletionStage<Crowd> crowd() {
    return parts.loops().ask(this::onLoop).thenApply(SocketTables::join);
  }

  private Crowd onLoop(LoopContext context) {
    List<ClientView> clients = new ArrayList<>();
    context.forEachSession(session -> {
      ClientView client = ClientView.of(session);
      if (client != null) {
        clients.add(client);
      }
    });
    List<ServerView> servers = new ArrayList<>();
    for (ServerPool pool : parts.pools().pools()) {
      pool.shard(context.index()).forEachConnection(server -> servers.add(ServerView.of(server)));
    }
    return new Crowd(clients, servers);
  }

  private static Crowd join(List<Crowd> crowds) {
    List<ClientView> clients = new ArrayList<>();
    List<ServerView> servers = new ArrayList<>();
    for (Crowd crowd : crowds) {
      clients.addAll(crowd.clients);
      servers.addAll(crowd.servers);
    }
    clients.sort(Comparator.comparingLong(client -> client.profile().id()));
    servers.sort(Comparator.comparingLong(ServerView::id));
    return new Crowd(clients, servers);
  }

  private Table clients(Crowd crowd) {
    Table table = new Table(CLIENTS);
    guests.all().forEach(guest -> table.row(row(socket(guest), "").toArray()));
    crowd.clients.forEach(client -> table.row(row(socket(client), "").toArray()));
    return table;
  }

  private Table servers(Crowd crowd) {
    Table table = new Table(SERVERS);
    Map<Long, ClientView> lessees = lessees(crowd);
    for (ServerView server : crowd.servers) {
      table.row(row(socket(server, lessees.get(server.id())), "").toArray());
    }
    return table;
  }

  private Table sockets(Crowd crowd, Predicate<Socket> wanted) {
    List<Socket> all = new ArrayList<>();
    guests.all().forEach(guest -> all.add(socket(guest)));
    crowd.clients.forEach(client -> all.add(socket(client)));
    Map<Long, ClientView> lessees = lessees(crowd);
    crowd.servers.forEach(server -> all.add(socket(server, lessees.get(server.id()))));
    Table table = new Table(SOCKETS);
    for (Socket socket : all) {
      if (wanted.test(socket)) {
        List<@Nullable Object> row = row(socket, socket.isServer() ? "sv_" : "cl_");
        int unsent = (int) Math.min(socket.unsentBytes, Integer.MAX_VALUE);
        row.addAll(SOCKET.size(), List.of(0, 0, 0, 0, 0, 0, unsent));
        table.row(row.toArray());
      }
    }
    return table;
  }

  private static boolean isBusy(Socket socket) {
    return socket.unsentBytes > 0;
  }

  /// Who holds each server connection, by its id.
  static Map<Long, ClientView> lessees(Crowd crowd) {
    Map<Long, ClientView> lessees = new HashMap<>();
    for (ClientView client : crowd.clients) {
      if (client.server() != null) {
        lessees.put(client.server().id(), client);
      }
    }
    return lessees;
  }

  /// What one row says.
  ///
  /// @param peers where the connection comes from and goes to
  /// @param connectedNanos when it began
  /// @param requestNanos when the last request came
  /// @param waitMicros how long the running request has taken
  /// @param link the id of the other side; empty for none
  private record Socket(
      boolean isServer,
      String user,
      String database,
      String replication,
      String state,
      Peers peers,
      long connectedNanos,
      long requestNanos,
      long waitMicros,
      boolean closeNeeded,
      String ptr,
      String link,
      int processId,
      String tls,
      String applicationName,
      int preparedStatements,
      long id,
      long unsentBytes,
      Place place) {}

  /// Where a connection leads, and why it is there.
  private record Place(@Nullable String cluster, @Nullable String member, String reason) {}

  private Socket socket(Guest guest) {
    return new Socket(
        false,
        guest.login().user(),
        guest.login().database(),
        NO_REPLICATION,
        "active",
        Peers.of(guest.channel().remoteAddress(), guest.channel().localAddress()),
        guest.connectedNanos(),
        guest.connectedNanos(),
        0,
        false,
        clientName(guest.login().id()),
        "",
        0,
        "",
        guest.applicationName().get(),
        0,
        guest.login().id(),
        0,
        new Place(null, null, "console"));
  }

  private Socket socket(ClientView client) {
    ClientView.Held held = client.server();
    ClientView.Times times = client.times();
    boolean waits = client.state() == ClientView.Phase.WAITING;
    return new Socket(
        false,
        client.profile().user(),
        client.profile().database(),
        replication(client.profile()),
        switch (client.state()) {
          case IDLE -> "idle";
          case WAITING -> "waiting";
          case ACTIVE -> "active";
        },
        Peers.of(client.remote(), client.local()),
        times.connected(),
        times.heard(),
        parts.moments().microsSince(waits ? times.waiting() : times.request()),
        false,
        clientName(client.profile().id()),
        held == null ? "" : serverName(held.id()),
        0,
        client.tls(),
        client.applicationName(),
        client.preparedStatements(),
        client.profile().id(),
        client.unsentBytes(),
        new Place(client.profile().cluster(), held == null ? null : held.member(), reason(client)));
  }

  private static String reason(ClientView client) {
    if (!client.waitReason().isEmpty()) {
      return client.waitReason();
    }
    return client.pinReason().isEmpty() ? "" : "pinned by " + client.pinReason();
  }

  private Socket socket(ServerView server, @Nullable ClientView lessee) {
    var names = new DatabaseNames(parts.config().get());
    return new Socket(
        true,
        server.key().user(),
        lessee == null ? names.of(server.key()) : lessee.profile().database(),
        lessee == null ? NO_REPLICATION : replication(lessee.profile()),
        switch (server.state()) {
          case IDLE -> "idle";
          case ACTIVE -> "active";
          case TESTED -> "tested";
          case BEING_CANCELED -> "being_canceled";
        },
        Peers.of(server.remote(), server.local()),
        server.bornNanos(),
        lessee == null ? server.lastUsedNanos() : lessee.times().heard(),
        lessee == null ? 0 : parts.moments().microsSince(lessee.times().request()),
        !server.retirement().isEmpty(),
        serverName(server.id()),
        lessee == null ? "" : clientName(lessee.profile().id()),
        server.processId(),
        server.tls(),
        server.applicationName(),
        server.preparedStatements(),
        server.id(),
        server.unsentBytes(),
        new Place(server.key().cluster(), server.key().member(), server.retirement()));
  }

  /// Only a client that has a server of its own replicates.
  private static String replication(ClientProfile client) {
    ServerStartup own = client.ownStartup();
    return own == null
        ? NO_REPLICATION
        : ReplicationMode.parse(own.parameters().getOrDefault(ReplicationMode.PARAMETER, ""))
            .map(ScalarText::format)
            .orElse(NO_REPLICATION);
  }

  static String clientName(long id) {
    return "0x" + Long.toHexString(id);
  }

  static String serverName(long id) {
    return "0x" + Long.toHexString(id);
  }

  private List<@Nullable Object> row(Socket socket, String statePrefix) {
    List<@Nullable Object> row = new ArrayList<>();
    row.add(socket.isServer ? "S" : "C");
    row.add(socket.user);
    row.add(socket.database);
    row.add(socket.replication);
    row.add(statePrefix + socket.state);
    row.add(socket.peers.remote());
    row.add(socket.peers.remotePort());
    row.add(socket.peers.local());
    row.add(socket.peers.localPort());
    row.add(parts.moments().text(socket.connectedNanos));
    row.add(parts.moments().text(socket.requestNanos));
    row.add(Moments.seconds(socket.waitMicros));
    row.add(Moments.restMicros(socket.waitMicros));
    row.add(socket.closeNeeded ? 1 : 0);
    row.add(socket.ptr);
    row.add(socket.link);
    row.add(socket.processId);
    row.add(socket.tls);
    row.add(socket.applicationName);
    row.add(socket.preparedStatements);
    row.add((int) socket.id);
    row.add(socket.place.cluster);
    row.add(socket.place.member);
    row.add(socket.place.reason);
    return row;
  }
}
