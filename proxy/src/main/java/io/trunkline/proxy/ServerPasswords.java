package io.trunkline.proxy;

import io.trunkline.conf.DatabaseSettings;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.proxy.login.ServerCredentials;
import io.trunkline.settings.Secret;
import java.util.HashMap;
import java.util.Map;

/// What a configuration knows that opens servers.
final class ServerPasswords {
  private ServerPasswords() {}

  /// The passwords the configuration has for servers: a user's at every cluster, a database's where
  /// that is.
  static Map<ServerCredentials.Account, Secret> of(ProxyConfig config) {
    Map<ServerCredentials.Account, Secret> passwords = new HashMap<>();
    for (String cluster : config.clusters().keySet()) {
      config
          .users()
          .forEach((user, settings) -> {
            if (settings.password() != null && !settings.password().isVerifier()) {
              passwords.put(new ServerCredentials.Account(cluster, user), settings.password());
            }
          });
      for (DatabaseSettings database : config.databases().values()) {
        boolean here = database.cluster() == null || database.cluster().equals(cluster);
        if (here && database.user() != null && database.password() != null) {
          passwords.put(
              new ServerCredentials.Account(cluster, database.user()), database.password());
        }
      }
    }
    return passwords;
  }
}
