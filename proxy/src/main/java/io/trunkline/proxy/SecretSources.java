package io.trunkline.proxy;

import io.trunkline.conf.ProxyConfig;
import io.trunkline.proxy.access.Groups;
import io.trunkline.proxy.authquery.LookupDesks;
import io.trunkline.proxy.login.Roles;
import io.trunkline.proxy.login.SecretSource;
import io.trunkline.settings.Secret;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where users' secrets are found: the configuration, its user file, then a server.
///
/// @param source asks them in this order
/// @param desks null when no server is asked
record SecretSources(SecretSource source, @Nullable LookupDesks desks) implements AutoCloseable {

  static SecretSources of(
      ProxyConfig config, Map<String, Cluster> clusters, LookupDesks.Parts parts) {
    LookupDesks desks = config.auth().queryUser() == null ? null : desks(config, clusters, parts);
    SecretSource asking = desks == null ? SecretSource.NOBODY : desks.secrets();
    return new SecretSources(new UserSecrets(secrets(config), asking), desks);
  }

  /// Who is in which group.
  Groups groups() {
    return desks == null ? Groups.UNKNOWN : desks.groups();
  }

  /// Which roles may log in.
  Roles roles() {
    return desks == null ? Roles.UNASKED : desks.roles();
  }

  private static LookupDesks desks(
      ProxyConfig config, Map<String, Cluster> clusters, LookupDesks.Parts parts) {
    Map<String, LookupDesks.Place> places = new LinkedHashMap<>();
    clusters.forEach((name, cluster) ->
        places.put(
            name, new LookupDesks.Place(cluster.settings(), cluster.monitor().topologies())));
    return new LookupDesks(config.auth(), places, parts);
  }

  private static Map<String, Secret> secrets(ProxyConfig config) {
    Map<String, Secret> secrets = new LinkedHashMap<>();
    config
        .users()
        .forEach((user, settings) -> {
          if (settings.password() != null) {
            secrets.put(user, settings.password());
          }
        });
    return secrets;
  }

  @Override
  public void close() {
    if (desks != null) {
      desks.close();
    }
  }
}
