package io.trunkline.proxy.console;

import io.trunkline.conf.AdminUserSettings;
import io.trunkline.conf.DatabaseSettings;
import io.trunkline.conf.ListenerSettings;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.health.ClusterMonitor;
import io.trunkline.pool.PoolSettings;
import io.trunkline.protocol.auth.AuthMethod;
import io.trunkline.protocol.auth.LoginErrors;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.proxy.console.ConsoleParts.Listening;
import io.trunkline.proxy.login.Destination;
import io.trunkline.proxy.session.ClientErrors;
import io.trunkline.proxy.session.ClientLimits;
import io.trunkline.routing.Balancer;
import io.trunkline.routing.Eligibility;
import io.trunkline.routing.ListenerRole;
import io.trunkline.routing.Route;
import io.trunkline.routing.Router;
import io.trunkline.routing.RoutingSettings;
import io.trunkline.routing.Topology;
import io.trunkline.routing.Verdict;
import io.trunkline.settings.DurationText;
import io.trunkline.settings.ScalarText;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Follows one client that has not come through one listener, as its login and its first
/// transaction would go now: by the same [Destination] and the same verdicts of a [Router]. Nobody
/// is asked anything, so what servers, directories and the HBA file would say of the user stays
/// open.
final class RouteStory {
  private static final String ROUTE = "route";
  private static final String REFUSED = "refused";
  private static final String WAITS = "waits";
  private static final byte DETAIL = 'D';

  private final ConsoleParts parts;
  private final Switches switches;
  private final Listening listening;
  private final ListenerSettings listener;
  private final ProxyConfig config;
  private final String user;
  private final String database;
  private final Destination.Names names;
  private final Table table;

  /// What the configuration says of the database; null for one that is none.
  private final @Nullable DatabaseSettings entry;

  RouteStory(
      ConsoleParts parts,
      Switches switches,
      Listening listening,
      Destination.Names names,
      Table table) {
    this.parts = parts;
    this.switches = switches;
    this.listening = listening;
    this.listener = listening.settings();
    this.config = parts.config().get();
    this.names = names;
    this.user = names.user();
    this.database = names.database();
    this.table = table;
    this.entry = config.database(database);
  }

  /// A row for each step.
  void tell() {
    tellListener();
    if (new DatabaseNames(config).isConsole(database)) {
      tellConsole();
      return;
    }
    tellDatabase();
    table.row("user", user, howItProves());
    ErrorResponse refusal = refusal();
    if (entry != null) {
      Destination there = Destination.of(config, listener, names, entry, config.user(user));
      tellPool(there);
      tellRoute(there, refusal);
    } else if (refusal != null) {
      tellRefusal(refusal);
    }
  }

  private void tellListener() {
    String file = listener.socketFile();
    String tags = ClusterTables.tags(listener.tags());
    table.row(
        "listener",
        file != null ? file : listening.address() + ":" + listening.port(),
        "role %s, pool_mode %s%s"
            .formatted(
                ScalarText.format(listener.role()),
                ScalarText.format(listener.poolMode()),
                tags.isEmpty() ? "" : ", members with " + tags));
  }

  private void tellConsole() {
    table.row("database", database, "is the console");
    AdminUserSettings guest = config.admin().users().get(user);
    boolean owner = listener.socketFile() != null && config.admin().databases().contains(user);
    if (guest != null) {
      table.row("user", user, "has the role " + ScalarText.format(guest.role()));
      table.row(ROUTE, "console", "no server is needed");
    } else if (owner) {
      table.row("user", user, "may command if it is the account that runs this process");
      table.row(ROUTE, "console", "no server is needed");
    } else {
      table.row("user", user, "is not among admin.users");
      tellRefusal(LoginErrors.password(user));
    }
  }

  private void tellDatabase() {
    if (entry == null) {
      table.row("database", database, "is not listed, nor is \"*\"");
      return;
    }
    boolean listed = config.databases().containsKey(database);
    String unlisted =
        config.databases().isEmpty()
            ? "no databases are listed, so that any name is passed on"
            : "is not listed, so \"*\" counts";
    table.row("database", database, listed ? "is listed" : unlisted);
  }

  // ---- the login

  /// Null where the HBA file decides.
  private @Nullable AuthMethod method() {
    boolean byFile = listener.authMethod() == null && config.access() != null;
    return byFile ? null : listener.authMethod(config.auth());
  }

  private String howItProves() {
    AuthMethod method = method();
    String proof =
        switch (method) {
          case null -> "the HBA file says how it proves who it is; " + whoseSecret();
          case TRUST -> "trust: it need not prove who it is";
          case CERT -> "cert: its certificate says who it is";
          case PASSWORD, MD5, SCRAM_SHA_256 -> ScalarText.format(method) + ": " + whoseSecret();
        };
    return config.auth().queryUser() == null
        ? proof
        : proof + "; a server is asked whether the role may log in";
  }

  private boolean isListed() {
    return config.user(user).password() != null;
  }

  private String whoseSecret() {
    if (isListed()) {
      return "its secret is in the configuration";
    }
    DatabaseSettings place = entry == null ? DatabaseSettings.defaults() : entry;
    return config.auth().queryUser() == null
        ? "nobody knows its secret"
        : "auth.query is asked for its secret, as %s in the database %s of the cluster %s"
            .formatted(
                config.auth().queryUser(),
                config.secretsDatabase(database),
                config.clusterOf(listener, place));
  }

  private boolean isStranger() {
    AuthMethod method = method();
    boolean needsSecret = method != null && method != AuthMethod.TRUST && method != AuthMethod.CERT;
    return needsSecret && !isListed() && config.auth().queryUser() == null;
  }

  /// What ends the login, in the order in which a login comes upon it; null for nothing that is
  /// known.
  private @Nullable ErrorResponse refusal() {
    ClientLimits clients = parts.clients();
    int max = config.limits().maxClientConnections();
    if (clients.connected() + clients.onConsole() >= max) {
      return ClientErrors.tooManyClients("max_client_connections", max);
    }
    if (isStranger()) {
      return LoginErrors.password(user);
    }
    if (entry == null) {
      return ClientErrors.noSuchDatabase(database);
    }
    ErrorResponse closed = switches.closed(database);
    if (closed != null) {
      return closed;
    }
    int ofDatabase = entry.maxClientConnections();
    if (ofDatabase > 0 && clients.ofDatabase(database) >= ofDatabase) {
      return ClientErrors.tooManyClients("database \"%s\"".formatted(database), ofDatabase);
    }
    int ofUser = config.maxClientsOf(user);
    return ofUser > 0 && clients.ofUser(user) >= ofUser
        ? ClientErrors.tooManyClients("user \"%s\"".formatted(user), ofUser)
        : null;
  }

  private void tellRefusal(ErrorResponse refusal) {
    String detail = refusal.fields().get(DETAIL).map(" (%s)"::formatted).orElse("");
    table.row(ROUTE, REFUSED, refusal.sqlState() + ": " + refusal.message() + detail);
  }

  // ---- the way

  private void tellPool(Destination there) {
    PoolSettings pool = there.pool();
    table.row(
        "pool",
        "%s@%s in %s".formatted(there.user(), there.database(), there.cluster()),
        "pool_mode %s, size %d, min_size %d, reserve_size %d"
            .formatted(
                ScalarText.format(there.poolMode()),
                pool.size(),
                pool.minSize(),
                pool.reserveSize()));
  }

  private void tellRoute(Destination there, @Nullable ErrorResponse refusal) {
    ClusterMonitor monitor = Objects.requireNonNull(parts.clusters().get(there.cluster()));
    Topology topology = monitor.topologies().current();
    Router router =
        new Router(Eligibility.of(there.routing(), there.tags()), Balancer.roundRobin());
    List<Verdict> verdicts = router.verdicts(topology, there.role());
    List<String> eligible = ClusterTables.eligible(verdicts);
    for (Verdict verdict : verdicts) {
      String name = verdict.member().name();
      table.row("member", name, verdict.isEligible() ? eligible(there, name) : verdict.objection());
    }
    table.row("balance", ScalarText.format(there.routing().balance()), balance(there, eligible));
    if (refusal != null) {
      tellRefusal(refusal);
      return;
    }
    switch (router.route(topology, there.role())) {
      case Route.To _ -> tellMembers(there, topology, eligible);
      case Route.Hold(String reason) ->
          table.row(ROUTE, WAITS, "%s, for at most %s".formatted(reason, hold(there)));
    }
  }

  private static String hold(Destination there) {
    return DurationText.format(there.hold()) + " (hold)";
  }

  private String eligible(Destination there, String member) {
    return parts.pools().refuses(there.cluster(), member)
        ? "is eligible, but has refused its last connection"
        : "is eligible";
  }

  private static String balance(Destination there, List<String> eligible) {
    if (there.role() == ListenerRole.PRIMARY) {
      return "there is nothing to choose: only the leader will do";
    }
    RoutingSettings routing = there.routing();
    return eligible.size() < 2
        ? "there is nothing to choose now"
        : "chooses among %d; one that has come back has its share after %s"
            .formatted(eligible.size(), DurationText.format(routing.slowStart()));
  }

  private void tellMembers(Destination there, Topology topology, List<String> eligible) {
    String members = String.join(", ", eligible);
    if (switches.pauses(there.pool(eligible.getFirst()))) {
      table.row(ROUTE, WAITS, "paused until RESUME; then it goes to " + members);
      return;
    }
    String fallback = ClusterTables.fallback(there.role(), topology, eligible);
    int bound = there.routing().fallbackSize();
    String bounded =
        fallback.isEmpty() || bound == 0
            ? ""
            : ", over %d connections at most (fallback_size)".formatted(bound);
    String why = eligible.size() > 1 ? "one of these" : "no other will do";
    table.row(ROUTE, members, fallback.isEmpty() ? why : fallback + bounded);
  }
}
