package io.trunkline.conf;

import io.trunkline.conf.hba.AccessRules;
import io.trunkline.pool.PoolSettings;
import io.trunkline.settings.Derived;
import io.trunkline.settings.Secret;
import io.trunkline.settings.Setting;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everything `trunkline.yml` says, checked: the only way in is [ConfigFile]. Maps keep the order
/// of the file.
///
/// @param access what `auth.hba_file` and `auth.ident_file` say; null without them
public record ProxyConfig(
    @Setting(value = "Where clients connect, and what each place promises.", required = true)
        List<ListenerSettings> listeners,
    @Setting(value = "The PostgreSQL clusters, by name.", required = true)
        Map<String, ClusterSettings> clusters,
    @Setting(
            "Databases by the name clients use; `*` stands for every name not listed. Without this"
                + " section every name is passed on as it is.")
        Map<String, DatabaseSettings> databases,
    @Setting("Users by name, beside those of `auth`.") Map<String, UserSettings> users,
    @Setting("How pools behave; listeners, databases and users may differ.") PoolSettings pool,
    @Setting("How clients prove who they are.") AuthSettings auth,
    @Setting("The console.") AdminSettings admin,
    @Setting("Bounds on clients.") LimitSettings limits,
    @Setting("The process.") RuntimeSettings runtime,
    @Setting(
            "Where the process says over HTTP how it is: `GET /live` and `GET /ready`, see"
                + " docs/keepalived.md, and `GET /metrics`, see docs/metrics.md. Without this"
                + " section nowhere.")
        @Nullable HttpSettings http,
    @Setting("Other instances that clients may reach in place of this one: see docs/keepalived.md.")
        @Nullable PeerSettings peers,
    @Setting("What is logged, and how.") LogSettings log,
    @Derived @Nullable AccessRules access) {

  /// The database that stands for every name not listed.
  public static final String ANY_DATABASE = "*";

  /// Exists in nearly every cluster.
  private static final String MAINTENANCE_DATABASE = "postgres";

  public ProxyConfig {
    listeners = List.copyOf(listeners);
    clusters = inOrder(clusters);
    databases = inOrder(databases);
    users = inOrder(users);
  }

  static <V> Map<String, V> inOrder(Map<String, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  /// The database a client asks for: the one of that name, else the wildcard; null when neither is
  /// there, so that the client must be refused.
  public @Nullable DatabaseSettings database(String name) {
    if (databases.isEmpty()) {
      return DatabaseSettings.defaults();
    }
    DatabaseSettings named = databases.get(name);
    return named == null ? databases.get(ANY_DATABASE) : named;
  }

  /// The database of the server in which `auth.query` looks for a client of this database. Always a
  /// name from this file: what a client makes up decides nothing.
  public String secretsDatabase(String name) {
    if (auth.queryDatabase() != null) {
      return auth.queryDatabase();
    }
    DatabaseSettings named = name.equals(ANY_DATABASE) ? null : databases.get(name);
    if (named == null) {
      return MAINTENANCE_DATABASE;
    }
    return named.dbname() == null ? name : named.dbname();
  }

  /// The user's own settings, or those of a user nothing is said about.
  public UserSettings user(String name) {
    UserSettings named = users.get(name);
    return named == null ? UserSettings.defaults() : named;
  }

  /// The name of the cluster a client of this listener and database goes to: the database's, else
  /// the listener's, else the only one.
  public String clusterOf(ListenerSettings listener, DatabaseSettings database) {
    if (database.cluster() != null) {
      return database.cluster();
    }
    return listener.cluster() != null ? listener.cluster() : clusters.keySet().iterator().next();
  }

  /// What a pool of this user and database is like for clients of this listener: the user's word
  /// counts most, then the database's, then the listener's.
  public PoolSettings poolOf(
      ListenerSettings listener, DatabaseSettings database, UserSettings user) {
    return pool.with(listener.pool()).with(database.pool()).with(user.pool());
  }

  /// What a user of the console is measured by; null when nothing is known of one.
  public @Nullable Secret consoleSecret(String user) {
    AdminUserSettings guest = admin.users().get(user);
    if (guest == null) {
      return null;
    }
    return guest.password() != null ? guest.password() : user(user).password();
  }

  /// Clients this user may have; 0 is no limit.
  public int maxClientsOf(String user) {
    int own = user(user).maxClientConnections();
    return own > 0 ? own : limits.maxClientsPerUser();
  }

  /// The same, where the lookup's user takes its password from the list of users.
  ProxyConfig withQueryPassword() {
    Secret listed = auth.queryUser() == null ? null : user(auth.queryUser()).password();
    if (auth.queryPassword() != null || listed == null || listed.isVerifier()) {
      return this;
    }
    AuthSettings with = auth.withQueryPassword(listed);
    return new ProxyConfig(
        listeners, clusters, databases, users, pool, with, admin, limits, runtime, http, peers, log,
        access);
  }

  ProxyConfig withUsers(Map<String, UserSettings> others) {
    return new ProxyConfig(
        listeners, clusters, databases, others, pool, auth, admin, limits, runtime, http, peers,
        log, access);
  }

  ProxyConfig withAccess(@Nullable AccessRules rules) {
    return new ProxyConfig(
        listeners, clusters, databases, users, pool, auth, admin, limits, runtime, http, peers, log,
        rules);
  }
}
