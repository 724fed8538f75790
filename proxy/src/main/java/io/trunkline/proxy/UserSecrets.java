package io.trunkline.proxy;

import io.trunkline.protocol.auth.StoredSecret;
import io.trunkline.proxy.login.Claim;
import io.trunkline.proxy.login.Finding;
import io.trunkline.proxy.login.SecretSource;
import io.trunkline.settings.Secret;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// The secrets the configuration holds: those of `users`, then those of `user_file`; a user in
/// neither is looked for by `next`.
final class UserSecrets implements SecretSource {
  private final Map<String, Finding> known = new HashMap<>();
  private final SecretSource next;

  UserSecrets(Map<String, Secret> secrets, SecretSource next) {
    secrets.forEach((user, secret) ->
        known.put(
            user, new Finding.Known(StoredSecret.parse(secret), Finding.Keeper.CONFIGURATION)));
    this.next = next;
  }

  @Override
  public CompletionStage<Finding> find(Claim claim, String origin) {
    Finding own = known.get(claim.user());
    return own != null ? CompletableFuture.completedFuture(own) : next.find(claim, origin);
  }

  @Override
  public void refuted(Claim claim, StoredSecret secret) {
    if (!known.containsKey(claim.user())) {
      next.refuted(claim, secret);
    }
  }
}
