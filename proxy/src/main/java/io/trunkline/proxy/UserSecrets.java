package io.trunkline.proxy;

import io.trunkline.protocol.auth.StoredSecret;
import io.trunkline.proxy.login.SecretSource;
import io.trunkline.settings.Secret;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// The secrets the configuration holds: those of `users`, then those of `user_file`; a user in
/// neither is looked for by `next`.
final class UserSecrets implements SecretSource {
  private final Map<String, StoredSecret> known = new HashMap<>();
  private final SecretSource next;

  UserSecrets(Map<String, Secret> secrets, SecretSource next) {
    secrets.forEach((user, secret) -> known.put(user, StoredSecret.parse(secret)));
    this.next = next;
  }

  @Override
  public CompletionStage<@Nullable StoredSecret> find(String user) {
    StoredSecret secret = known.get(user);
    return secret != null ? CompletableFuture.completedFuture(secret) : next.find(user);
  }
}
