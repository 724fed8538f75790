package io.trunkline.proxy.login;

import io.trunkline.pool.PoolKey;
import io.trunkline.pool.ServerAccess;
import io.trunkline.protocol.auth.Credential;
import io.trunkline.settings.Secret;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// What to log in to servers with: a password from the settings where there is one, otherwise what
/// the user's own last login left. Thread-safe.
public final class ServerCredentials implements ServerAccess.Credentials {

  /// A user at the servers of a cluster.
  public record Account(String cluster, String user) {}

  private volatile Map<Account, Secret> settled = Map.of();
  private final ConcurrentHashMap<Account, Credential> learned = new ConcurrentHashMap<>();

  /// The settings name these passwords, and no others.
  public void settle(Map<Account, Secret> passwords) {
    settled = Map.copyOf(passwords);
  }

  /// A user has logged in here with this.
  public void learn(String cluster, String user, Credential credential) {
    if (!(credential instanceof Credential.None)) {
      learned.put(new Account(cluster, user), credential);
    }
  }

  @Override
  public Credential credential(PoolKey pool) {
    var account = new Account(pool.cluster(), pool.user());
    Secret known = settled.get(account);
    return known != null
        ? new Credential.Password(known)
        : learned.getOrDefault(account, new Credential.None());
  }

  /// Forgets what a client has left, unless another one has left something newer since: its
  /// password has changed on the server. What settings say stays.
  @Override
  public void refused(PoolKey pool, Credential credential) {
    learned.remove(new Account(pool.cluster(), pool.user()), credential);
  }
}
