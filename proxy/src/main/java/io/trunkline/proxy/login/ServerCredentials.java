package io.trunkline.proxy.login;

import io.trunkline.pool.PoolKey;
import io.trunkline.pool.ServerAccess;
import io.trunkline.protocol.auth.Credential;
import io.trunkline.settings.Secret;
import java.util.concurrent.ConcurrentHashMap;

/// What to log in to servers with: a password from the settings where there is one, otherwise what
/// the user's own last login left. Thread-safe.
public final class ServerCredentials implements ServerAccess.Credentials {

  private record Account(String cluster, String user) {}

  private final ConcurrentHashMap<Account, Credential> settled = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Account, Credential> learned = new ConcurrentHashMap<>();

  /// The settings name this password for a user at the servers of a cluster.
  public void settle(String cluster, String user, Secret password) {
    settled.put(new Account(cluster, user), new Credential.Password(password));
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
    Credential known = settled.get(account);
    return known != null ? known : learned.getOrDefault(account, new Credential.None());
  }

  /// Forgets what a client has left, unless another one has left something newer since: its
  /// password has changed on the server. What settings say stays.
  @Override
  public void refused(PoolKey pool, Credential credential) {
    learned.remove(new Account(pool.cluster(), pool.user()), credential);
  }
}
