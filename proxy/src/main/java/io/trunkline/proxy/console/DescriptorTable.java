package io.trunkline.proxy.console;

import io.trunkline.conf.AdminRole;
import io.trunkline.pool.ReportedParameters;
import io.trunkline.pool.ServerView;
import io.trunkline.proxy.console.ConsoleParts.Listening;
import io.trunkline.proxy.session.ClientProfile;
import io.trunkline.proxy.session.ClientView;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `SHOW FDS`: which descriptor of the process is which socket. PgBouncer's sends the descriptors
/// with the rows, and what a process that takes them over must know: cancel keys, passwords, keys
/// of SCRAM. Nobody takes anything over here, so that those columns are always null.
final class DescriptorTable {
  static final Columns FDS =
      Columns.of()
          .int4("fd")
          .text("task", "user", "database", "addr")
          .int4("port")
          .int8("cancel")
          .int4("link")
          .text("client_encoding", "std_strings", "datestyle", "timezone", "password")
          .bytea("scram_client_key", "scram_server_key");

  private static final Integer UNLINKED = 0;

  private final ConsoleParts parts;
  private final SocketTables sockets;

  DescriptorTable(ConsoleParts parts, SocketTables sockets) {
    this.parts = parts;
    this.sockets = sockets;
  }

  ConsoleCommand command() {
    return ConsoleCommand.showLater("FDS", FDS, _ -> sockets.crowd().thenApply(this::table))
        .onlyFor(AdminRole.ADMIN);
  }

  private Table table(SocketTables.Crowd crowd) {
    Table table = new Table(FDS);
    parts.host().get().listening().forEach(socket -> row(table, socket));
    Map<Long, @Nullable Integer> servers = new HashMap<>();
    crowd.servers().forEach(server -> servers.put(server.id(), server.descriptor()));
    crowd.clients().forEach(client -> row(table, client, servers));
    DatabaseNames names = new DatabaseNames(parts.config().get());
    Map<Long, ClientView> lessees = SocketTables.lessees(crowd);
    for (ServerView server : crowd.servers()) {
      ClientView lessee = lessees.get(server.id());
      String database = lessee == null ? names.of(server.key()) : lessee.profile().database();
      row(table, server, database, lessee == null ? UNLINKED : lessee.descriptor());
    }
    return table;
  }

  private static void row(Table table, Listening socket) {
    Row row = new Row(socket.descriptor(), "pooler", null, null);
    Peer peer = new Peer(socket.address(), socket.port());
    row(table, row, peer, UNLINKED, ReportedParameters.NONE);
  }

  private static void row(Table table, ClientView client, Map<Long, @Nullable Integer> servers) {
    ClientProfile who = client.profile();
    ClientView.Held held = client.server();
    row(
        table,
        new Row(client.descriptor(), "client", who.user(), who.database()),
        Peer.of(client.remote(), client.local()),
        held == null ? UNLINKED : servers.get(held.id()),
        client.parameters());
  }

  private static void row(Table table, ServerView server, String database, @Nullable Integer link) {
    row(
        table,
        new Row(server.descriptor(), "server", server.key().user(), database),
        Peer.of(server.remote(), server.local()),
        link,
        server.parameters());
  }

  private record Row(
      @Nullable Integer descriptor,
      String task,
      @Nullable String user,
      @Nullable String database) {}

  /// Where the other end is.
  private record Peer(String address, int port) {

    static Peer of(@Nullable SocketAddress remote, @Nullable SocketAddress local) {
      Peers peers = Peers.of(remote, local);
      return new Peer(peers.remote(), peers.remotePort());
    }
  }

  private static void row(
      Table table, Row row, Peer peer, @Nullable Integer link, ReportedParameters parameters) {
    table.row(
        row.descriptor,
        row.task,
        row.user,
        row.database,
        peer.address,
        peer.port,
        null,
        link,
        parameters.get("client_encoding"),
        parameters.get("standard_conforming_strings"),
        parameters.get("DateStyle"),
        parameters.get("TimeZone"),
        null,
        null,
        null);
  }
}
