package io.trunkline.proxy.console;

import io.trunkline.conf.DatabaseSettings;
import io.trunkline.conf.ListenerSettings;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.conf.UserSettings;
import io.trunkline.pool.PoolMode;
import io.trunkline.pool.PoolShard;
import io.trunkline.pool.ServerPool;
import io.trunkline.settings.ScalarText;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/// `SHOW POOLS` and its kin: who has and who wants how many servers.
final class PoolTables {
  static final Columns POOLS =
      Columns.of()
          .text("database", "user")
          .int4("cl_active", "cl_waiting", "cl_active_cancel_req", "cl_waiting_cancel_req")
          .int4("sv_active", "sv_active_cancel", "sv_being_canceled", "sv_idle", "sv_used")
          .int4("sv_tested", "sv_login", "maxwait", "maxwait_us")
          .text("pool_mode", "load_balance_hosts");

  /// Ours: PgBouncer knows no members.
  static final Columns MEMBER_POOLS =
      Columns.of()
          .text("cluster", "member", "database", "user")
          .int4("cl_waiting", "sv_active", "sv_idle", "sv_tested", "sv_login", "pool_size")
          .int4("paused")
          .text("last_failure");

  private final ConsoleParts parts;
  private final Guests guests;

  PoolTables(ConsoleParts parts, Guests guests) {
    this.parts = parts;
    this.guests = guests;
  }

  List<ConsoleCommand> commands() {
    return List.of(
        ConsoleCommand.showLater("POOLS", POOLS, _ -> tallies().thenApply(this::pools)),
        ConsoleCommand.showLater("MEMBER_POOLS", MEMBER_POOLS, _ -> memberPools()));
  }

  /// Every pool, with how many it has of what.
  CompletionStage<Map<PoolTally.Row, PoolTally>> tallies() {
    DatabaseNames names = new DatabaseNames(parts.config().get());
    return parts
        .loops()
        .ask(context -> PoolTally.of(context, parts.pools().pools(), names, parts.moments()))
        .thenApply(PoolTally::sum);
  }

  private Table pools(Map<PoolTally.Row, PoolTally> tallies) {
    Table table = new Table(POOLS);
    tallies.forEach((row, tally) -> {
      if (tally.mode == null) {
        tally.mode = mode(row);
      }
      pool(table, row.database(), row.user(), tally);
    });
    Map<String, Integer> onConsole = new TreeMap<>();
    guests.all().forEach(guest -> onConsole.merge(guest.login().database(), 1, Integer::sum));
    onConsole.forEach((name, count) -> {
      PoolTally tally = new PoolTally();
      tally.clientsActive = count;
      tally.mode = PoolMode.STATEMENT;
      pool(table, name, name, tally);
    });
    return table;
  }

  private void pool(Table table, String database, String user, PoolTally tally) {
    table.row(
        database,
        user,
        tally.clientsActive,
        tally.clientsWaiting,
        0, // whose cancel request it was is not counted: see sv_active_cancel
        0,
        tally.serversActive,
        tally.cancels,
        tally.serversBeingCanceled,
        tally.serversIdle,
        0, // what PgBouncer calls used is idle here: it may be taken at any time
        tally.serversTested,
        tally.serversConnecting,
        Moments.seconds(tally.maxWaitMicros),
        Moments.restMicros(tally.maxWaitMicros),
        ScalarText.format(Objects.requireNonNull(tally.mode)),
        null);
  }

  /// Of a pool without clients: what clients of the first listener would have whose clients it
  /// serves.
  private PoolMode mode(PoolTally.Row row) {
    ProxyConfig config = parts.config().get();
    ListenerSettings first = config.listeners().getFirst();
    DatabaseSettings database = config.database(row.database());
    if (database == null) {
      return first.poolMode();
    }
    UserSettings user = config.user(row.user());
    return config.listeners().stream()
        .filter(it -> config.poolOf(it, database, user).ofServers().equals(row.settings()))
        .findFirst()
        .orElse(first)
        .poolMode(database, user);
  }

  private CompletionStage<Table> memberPools() {
    List<ServerPool> pools =
        parts.pools().pools().stream()
            .sorted(
                Comparator.comparing((ServerPool pool) -> pool.key().toString())
                    .thenComparing(pool -> pool.settings().toString()))
            .toList();
    return parts
        .loops()
        .ask(context ->
            pools.stream().map(pool -> PoolCount.of(pool.shard(context.index()))).toList())
        .thenApply(counts -> memberPools(pools, counts));
  }

  /// One pool on one loop.
  private record PoolCount(PoolTally servers, int waiting) {
    static PoolCount of(PoolShard shard) {
      PoolTally tally = new PoolTally();
      tally.count(shard);
      return new PoolCount(tally, shard.waiting());
    }
  }

  private static Table memberPools(List<ServerPool> pools, List<List<PoolCount>> counts) {
    Table table = new Table(MEMBER_POOLS);
    for (int i = 0; i < pools.size(); i++) {
      ServerPool pool = pools.get(i);
      PoolTally sum = new PoolTally();
      int waiting = 0;
      for (List<PoolCount> ofLoop : counts) {
        sum.add(ofLoop.get(i).servers);
        waiting += ofLoop.get(i).waiting;
      }
      table.row(
          pool.key().cluster(),
          pool.key().member(),
          pool.key().database(),
          pool.key().user(),
          waiting,
          sum.serversActive,
          sum.serversIdle,
          sum.serversTested + sum.serversBeingCanceled,
          sum.serversConnecting,
          pool.settings().size(),
          pool.paused() ? 1 : 0,
          pool.lastFailure());
    }
    return table;
  }
}
