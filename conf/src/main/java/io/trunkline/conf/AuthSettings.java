package io.trunkline.conf;

import io.trunkline.protocol.auth.AuthMethod;
import io.trunkline.settings.Checked;
import io.trunkline.settings.Defaults;
import io.trunkline.settings.Problem;
import io.trunkline.settings.Secret;
import io.trunkline.settings.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How clients prove who they are, and where their secrets are found: under `users`, in
/// `user_file`, or by asking a server; the first that knows the user counts.
public record AuthSettings(
    @Setting(value = "What clients are asked for.", byDefault = "scram-sha-256") AuthMethod method,
    @Setting("A file of users, one `\"user\" \"secret\"` a line, as PgBouncer reads it.")
        @Nullable Path userFile,
    @Setting("The server user that runs `query`; without one no server is asked.")
        @Nullable String queryUser,
    @Setting("The password of `query_user`, in plain: a verifier cannot log in.")
        @Nullable Secret queryPassword,
    @Setting("The database `query` runs in; else the one the client asks for.")
        @Nullable String queryDatabase,
    @Setting(
            value =
                "Finds the secret of user `$1`: the last column of the only row; no row, or null,"
                    + " is no such user.",
            byDefault =
                "SELECT rolpassword FROM pg_catalog.pg_authid WHERE rolname = $1 AND rolcanlogin"
                    + " AND coalesce(rolvaliduntil > pg_catalog.now(), true)")
        String query)
    implements Checked {

  public static AuthSettings defaults() {
    return Defaults.of(AuthSettings.class);
  }

  @Override
  public List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    if (queryPassword != null && queryUser == null) {
      problems.add(new Problem("query_password", "a password", "query_user as well"));
    }
    if (queryPassword != null && queryPassword.isVerifier()) {
      problems.add(new Problem("query_password", "a verifier", "the plain password"));
    }
    if (queryDatabase != null && queryUser == null) {
      problems.add(new Problem("query_database", queryDatabase, "query_user as well"));
    }
    if (!query.contains("$1")) {
      problems.add(new Problem("query", "a query without $1", "$1 where the user's name goes"));
    }
    return problems;
  }
}
