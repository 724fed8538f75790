package io.trunkline.conf;

import io.trunkline.pool.PoolMode;
import io.trunkline.pool.PoolSettings;
import io.trunkline.settings.Checked;
import io.trunkline.settings.Defaults;
import io.trunkline.settings.Partial;
import io.trunkline.settings.Problem;
import io.trunkline.settings.Secret;
import io.trunkline.settings.Setting;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One database, by the name clients use for it.
public record DatabaseSettings(
    @Setting("The cluster it is in, whatever the listener says.") @Nullable String cluster,
    @Setting("Its name on the server; else the name the client gave.") @Nullable String dbname,
    @Setting("The server user of every client, who all share one pool then.") @Nullable String user,
    @Setting("The password of `user`, in plain: a verifier cannot log in.")
        @Nullable Secret password,
    @Setting("Pool settings that differ for its clients.") Partial<PoolSettings> pool,
    @Setting("How long its clients keep their server connection.") @Nullable PoolMode poolMode,
    @Setting(
            "A query each new server connection runs before a client gets it, and again after"
                + " `pool.reset_query`; if it fails, so does the login. Settings it makes are the"
                + " connection's own, as those of ALTER ROLE are, except that a client that says"
                + " RESET or DISCARD ALL goes without them until it gives the connection back."
                + " Replication connections do not run it.")
        @Nullable String connectQuery,
    @Setting(value = "Clients of this database; 0 is no limit.", byDefault = "0")
        int maxClientConnections)
    implements Checked {

  public static DatabaseSettings defaults() {
    return Defaults.of(DatabaseSettings.class);
  }

  @Override
  public List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    if (password != null && user == null) {
      problems.add(new Problem("password", "a password without a user", "both, or neither"));
    }
    if (password != null && password.isVerifier()) {
      problems.add(new Problem("password", "a verifier", "the plain password"));
    }
    return problems;
  }
}
