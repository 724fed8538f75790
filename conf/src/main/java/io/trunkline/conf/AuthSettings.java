package io.trunkline.conf;

import io.trunkline.protocol.auth.AuthMethod;
import io.trunkline.settings.Checked;
import io.trunkline.settings.Defaults;
import io.trunkline.settings.Problem;
import io.trunkline.settings.Secret;
import io.trunkline.settings.Setting;
import java.nio.file.Path;
import java.time.Duration;
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
    @Setting(
            "The password of `query_user`, in plain: a verifier cannot log in; else the one it has"
                + " under `users` or in `user_file`.")
        @Nullable Secret queryPassword,
    @Setting(
            "The database `query` runs in; else the server's name of the client's database where"
                + " `databases` lists it, else postgres: never one that a client makes up.")
        @Nullable String queryDatabase,
    @Setting(
            value =
                "Finds the secret of user `$1` in one row: the secret; or name and secret; or name,"
                    + " secret and for how many seconds it still holds (null: for good). No row, or"
                    + " no secret, is no such user. Runs read-only on any member, with search_path"
                    + " pg_catalog, public.",
            byDefault =
                "SELECT rolname, rolpassword, CASE WHEN isfinite(rolvaliduntil) THEN"
                    + " extract(epoch FROM rolvaliduntil - now()) END FROM pg_catalog.pg_authid"
                    + " WHERE rolname = $1 AND rolcanlogin"
                    + " AND coalesce(rolvaliduntil > now(), true)")
        String query,
    @Setting(
            value = "How long a login waits for the answer of `query`, connecting included.",
            byDefault = "5s",
            atLeast = "10ms",
            atMost = "1m")
        Duration queryTimeout,
    @Setting(
            value = "Connections to one member that run `query`.",
            byDefault = "2",
            atLeast = "1",
            atMost = "100")
        int queryConnections,
    @Setting(
            value =
                "How long an answer serves further logins before the server is asked again; after"
                    + " a wrong password at most 1s.",
            byDefault = "1s",
            atMost = "1d")
        Duration queryRefresh,
    @Setting(
            value =
                "How long the last answer serves logins while no server can be asked, though never"
                    + " beyond VALID UNTIL; 0 is not at all.",
            byDefault = "1m",
            atMost = "1d")
        Duration queryKeep)
    implements Checked {

  public static AuthSettings defaults() {
    return Defaults.of(AuthSettings.class);
  }

  AuthSettings withQueryPassword(Secret password) {
    return new AuthSettings(
        method,
        userFile,
        queryUser,
        password,
        queryDatabase,
        query,
        queryTimeout,
        queryConnections,
        queryRefresh,
        queryKeep);
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
    try {
      LookupQuery.parse(query);
    } catch (IllegalArgumentException mistake) {
      String found = String.valueOf(mistake.getMessage());
      problems.add(new Problem("query", found, "$1 where the user's name goes"));
    }
    return problems;
  }
}
