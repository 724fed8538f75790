package io.trunkline.proxy.console;

import io.netty.buffer.PooledByteBufAllocator;
import io.trunkline.proxy.peers.Fleet;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.List;

/// `SHOW VERSION`, `SHOW STATE`, `SHOW MEM` and what else is about the process itself.
final class ProcessTables {
  /// The PgBouncer whose console this is: what tools that look for it must find.
  static final String PGBOUNCER = "1.25.2";

  static final Columns VERSION = Columns.of().text("version");
  static final Columns STATE = Columns.of().text("key", "value");
  static final Columns MEM = Columns.of().text("name").int4("size", "used", "free", "memtotal");
  static final Columns DNS_HOSTS = Columns.of().text("hostname").int8("ttl").text("addrs");
  static final Columns DNS_ZONES = Columns.of().text("zonename").int8("serial").int4("count");
  static final Columns PEERS =
      Columns.of().int4("peer_id").text("host").int4("port", "pool_size").text("source", "self");
  static final Columns PEER_POOLS =
      Columns.of()
          .int4("peer_id", "cl_active_cancel_req", "cl_waiting_cancel_req")
          .int4("sv_active_cancel", "sv_login");
  private static final int KIB = 1024;

  private final ConsoleParts parts;
  private final Switches switches;

  ProcessTables(ConsoleParts parts, Switches switches) {
    this.parts = parts;
    this.switches = switches;
  }

  /// Where there is nothing to be listed, the list is empty: names are resolved by the system, and
  /// nothing is kept open to peers.
  List<ConsoleCommand> commands() {
    return List.of(
        ConsoleCommand.show("VERSION", VERSION, this::version),
        ConsoleCommand.show("STATE", STATE, this::state),
        ConsoleCommand.show("MEM", MEM, ProcessTables::memory),
        ConsoleCommand.show("DNS_HOSTS", DNS_HOSTS, () -> new Table(DNS_HOSTS)),
        ConsoleCommand.show("DNS_ZONES", DNS_ZONES, () -> new Table(DNS_ZONES)),
        ConsoleCommand.show("PEERS", PEERS, this::peers),
        ConsoleCommand.show("PEER_POOLS", PEER_POOLS, () -> new Table(PEER_POOLS)));
  }

  private Table version() {
    return new Table(VERSION)
        .row("PgBouncer %s (Trunkline %s)".formatted(PGBOUNCER, parts.version()));
  }

  private Table peers() {
    Table table = new Table(PEERS);
    Fleet fleet = parts.fleet().get();
    fleet
        .instances()
        .forEach((number, address) -> {
          String self = number == fleet.self() ? "yes" : "no";
          table.row(number, address.host(), address.port(), 0, fleet.source(), self);
        });
    return table;
  }

  private Table state() {
    boolean paused = switches.isAllPaused();
    return new Table(STATE)
        .row("active", paused || switches.isSuspended() ? "no" : "yes")
        .row("paused", paused ? "yes" : "no")
        .row("suspended", switches.isSuspended() ? "yes" : "no");
  }

  /// In units of a kibibyte, for the columns are no larger than an int4.
  private static Table memory() {
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    MemoryUsage other = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
    var buffers = PooledByteBufAllocator.DEFAULT.metric();
    long pinned = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
    Table table = new Table(MEM);
    memory(table, "heap", heap.getUsed(), heap.getCommitted());
    memory(table, "non_heap", other.getUsed(), other.getCommitted());
    memory(table, "direct_buffers", pinned, buffers.usedDirectMemory());
    return table;
  }

  private static void memory(Table table, String name, long used, long all) {
    table.row(name, KIB, clamp(used / KIB), clamp(Math.max(0, all - used) / KIB), clamp(all));
  }

  private static int clamp(long value) {
    return (int) Math.min(value, Integer.MAX_VALUE);
  }
}
