package io.trunkline.proxy.console;

import static java.util.stream.Collectors.joining;

import io.trunkline.conf.ClusterSettings;
import io.trunkline.conf.DatabaseSettings;
import io.trunkline.conf.ListenerSettings;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.conf.UserSettings;
import io.trunkline.health.ClusterMonitor;
import io.trunkline.pool.PoolSettings;
import io.trunkline.routing.Balance;
import io.trunkline.routing.Member;
import io.trunkline.routing.Topology;
import io.trunkline.settings.HostPort;
import io.trunkline.settings.ScalarText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// `SHOW DATABASES`, `SHOW USERS` and `SHOW LISTS`: who is known, and by which rules each is
/// served.
final class NameTables {
  static final Columns DATABASES =
      Columns.of()
          .text("name", "host")
          .int4("port")
          .text("database", "force_user")
          .int4("pool_size", "min_pool_size", "reserve_pool_size", "server_lifetime")
          .text("pool_mode", "load_balance_hosts")
          .int4("max_connections", "current_connections")
          .int4("max_client_connections", "current_client_connections", "paused", "disabled")
          .int4("reserve_pool"); // its name before 1.24, which exporters ask for
  static final Columns USERS =
      Columns.of()
          .text("name", "pool_size", "reserve_pool_size", "pool_mode")
          .int4("max_user_connections", "current_connections")
          .int4("max_user_client_connections", "current_client_connections");
  static final Columns LISTS = Columns.of().text("list").int4("items");

  private final ConsoleParts parts;
  private final Guests guests;
  private final PoolTables pools;
  private final Switches switches;

  NameTables(ConsoleParts parts, Guests guests, PoolTables pools, Switches switches) {
    this.parts = parts;
    this.guests = guests;
    this.pools = pools;
    this.switches = switches;
  }

  List<ConsoleCommand> commands() {
    return List.of(
        ConsoleCommand.showLater(
            "DATABASES", DATABASES, _ -> pools.tallies().thenApply(this::databases)),
        ConsoleCommand.showLater("USERS", USERS, _ -> pools.tallies().thenApply(this::users)),
        ConsoleCommand.showLater("LISTS", LISTS, _ -> pools.tallies().thenApply(this::lists)));
  }

  /// What the file names and what clients have asked for.
  private Set<String> databaseNames(Map<PoolTally.Row, PoolTally> tallies) {
    ProxyConfig config = parts.config().get();
    Set<String> names = new TreeSet<>(config.databases().keySet());
    names.remove(ProxyConfig.ANY_DATABASE);
    tallies.keySet().forEach(key -> names.add(key.database()));
    names.addAll(config.admin().databases());
    return names;
  }

  private Set<String> userNames(Map<PoolTally.Row, PoolTally> tallies) {
    ProxyConfig config = parts.config().get();
    Set<String> names = new TreeSet<>(config.users().keySet());
    tallies.keySet().forEach(key -> names.add(key.user()));
    names.addAll(config.admin().users().keySet());
    return names;
  }

  private Table databases(Map<PoolTally.Row, PoolTally> tallies) {
    ProxyConfig config = parts.config().get();
    Map<String, PoolTally> sums = new LinkedHashMap<>();
    tallies.forEach(
        (key, tally) -> sums.computeIfAbsent(key.database(), _ -> new PoolTally()).add(tally));
    Table table = new Table(DATABASES);
    for (String name : databaseNames(tallies)) {
      PoolTally tally = sums.getOrDefault(name, new PoolTally());
      if (config.admin().databases().contains(name)) {
        console(table, name);
      } else if (config.database(name) instanceof DatabaseSettings settings) {
        database(table, name, settings, tally);
      }
    }
    return table;
  }

  private void console(Table table, String name) {
    int present =
        (int) guests.all().stream().filter(one -> one.login().database().equals(name)).count();
    ListenerSettings listener = parts.config().get().listeners().getFirst();
    table.row(
        name,
        null,
        listener.port(),
        name,
        name,
        2,
        0,
        0,
        0,
        "statement",
        null,
        0,
        0,
        0,
        present,
        0,
        0,
        0);
  }

  private void database(Table table, String name, DatabaseSettings settings, PoolTally tally) {
    ProxyConfig config = parts.config().get();
    PoolSettings pool = config.pool().with(settings.pool());
    List<HostPort> hosts = hosts(settings);
    table.row(
        name,
        hosts.isEmpty() ? null : hosts.stream().map(HostPort::host).collect(joining(",")),
        hosts.isEmpty() ? null : hosts.getFirst().port(),
        settings.dbname() == null ? name : settings.dbname(),
        settings.user(),
        pool.size(),
        pool.minSize(),
        pool.reserveSize(),
        (int) Math.min(pool.serverLifetime().toSeconds(), Integer.MAX_VALUE),
        settings.poolMode() == null ? null : ScalarText.format(settings.poolMode()),
        balance(settings),
        pool.maxDbConnections(),
        tally.servers() + tally.serversConnecting,
        settings.maxClientConnections(),
        parts.clients().ofDatabase(name),
        switches.isPaused(name) ? 1 : 0,
        switches.isDisabled(name) ? 1 : 0,
        pool.reserveSize());
  }

  private String clusterOf(DatabaseSettings settings) {
    ProxyConfig config = parts.config().get();
    return config.clusterOf(config.listeners().getFirst(), settings);
  }

  /// Where a database is written to now, or every member as long as nobody is known to lead.
  private List<HostPort> hosts(DatabaseSettings settings) {
    ClusterMonitor monitor = parts.clusters().get(clusterOf(settings));
    if (monitor == null) {
      return List.of();
    }
    Topology topology = monitor.topologies().current();
    Member leader = topology.leader();
    return leader == null
        ? topology.members().stream().map(Member::address).toList()
        : List.of(leader.address());
  }

  /// As PgBouncer shows it: nothing where there is one host only.
  private @Nullable String balance(DatabaseSettings settings) {
    ClusterSettings cluster = parts.config().get().clusters().get(clusterOf(settings));
    if (cluster == null || cluster.members().size() < 2) {
      return null;
    }
    return cluster.routing().balance() == Balance.FIRST ? "disable" : "round-robin";
  }

  private Table users(Map<PoolTally.Row, PoolTally> tallies) {
    ProxyConfig config = parts.config().get();
    Map<String, PoolTally> sums = new LinkedHashMap<>();
    tallies.forEach(
        (key, tally) -> sums.computeIfAbsent(key.user(), _ -> new PoolTally()).add(tally));
    Table table = new Table(USERS);
    for (String name : userNames(tallies)) {
      UserSettings settings = config.user(name);
      PoolTally tally = sums.getOrDefault(name, new PoolTally());
      table.row(
          name,
          ownSize(settings, "size"),
          ownSize(settings, "reserve_size"),
          settings.poolMode() == null ? null : ScalarText.format(settings.poolMode()),
          config.pool().with(settings.pool()).maxUserConnections(),
          tally.servers() + tally.serversConnecting,
          settings.maxClientConnections(),
          parts.clients().ofUser(name));
    }
    return table;
  }

  /// As PgBouncer shows it: nine places wide, or nothing where the user has no size of its own.
  private static String ownSize(UserSettings settings, String key) {
    Object size = settings.pool().values().get(key);
    return size == null ? "" : "%9d".formatted((Integer) size);
  }

  private Table lists(Map<PoolTally.Row, PoolTally> tallies) {
    PoolTally all = new PoolTally();
    tallies.values().forEach(all::add);
    int present = guests.all().size();
    int loggingIn =
        Math.max(0, parts.clients().connected() - all.clients())
            + Math.max(0, parts.clients().onConsole() - present);
    return new Table(LISTS)
        .row("databases", databaseNames(tallies).size())
        .row("users", userNames(tallies).size())
        .row("peers", parts.fleet().get().instances().size())
        .row("pools", tallies.size() + (present > 0 ? 1 : 0))
        .row("peer_pools", 0)
        .row("free_clients", 0) // nothing is kept for clients to come
        .row("used_clients", all.clients() + loggingIn + present)
        .row("login_clients", loggingIn)
        .row("free_servers", 0)
        .row("used_servers", all.servers() + all.serversConnecting)
        .row("dns_names", 0)
        .row("dns_zones", 0)
        .row("dns_queries", 0)
        .row("dns_pending", 0);
  }
}
