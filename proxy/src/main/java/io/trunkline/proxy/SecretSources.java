package io.trunkline.proxy;

import io.trunkline.conf.ProxyConfig;
import io.trunkline.proxy.login.SecretSource;
import io.trunkline.settings.Secret;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// Puts together where users' secrets are found: the configuration, its user file, then a server.
final class SecretSources {
  private SecretSources() {}

  static SecretSource of(ProxyConfig config) {
    Map<String, Secret> secrets = new LinkedHashMap<>();
    config
        .users()
        .forEach((user, settings) -> {
          if (settings.password() != null) {
            secrets.put(user, settings.password());
          }
        });
    return new UserSecrets(secrets, user -> CompletableFuture.completedFuture(null));
  }
}
