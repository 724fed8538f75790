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
    @Setting(
            value =
                "How many rounds SCRAM asks of clients whose password is known in plain, and of"
                    + " strangers; a verifier says it itself.",
            byDefault = "4096",
            atLeast = "1",
            atMost = "1000000")
        int scramIterations,
    @Setting(
            "A file as PostgreSQL's pg_hba.conf: who may come in, and what each is asked for; its"
                + " first line about a client decides, in place of `method`. See"
                + " docs/authentication.md.")
        @Nullable Path hbaFile,
    @Setting("The lines of such a file, in place of it. They may have passwords, so none is shown.")
        List<Secret> hba,
    @Setting(
            "A file as PostgreSQL's pg_ident.conf: the maps that lines of `hba_file` name with"
                + " `map=`.")
        @Nullable Path identFile,
    @Setting(
            "PEM file with the roots of directories' certificates, for the method ldap with TLS;"
                + " else those the JDK knows.")
        @Nullable Path ldapCaFile,
    @Setting(
            value = "How long a login waits for directories, all those of a line together.",
            byDefault = "10s",
            atLeast = "10ms",
            atMost = "1m")
        Duration ldapTimeout,
    @Setting(
            "Whom tokens must be for (their claim `aud`): the name this proxy has at the issuer."
                + " Needed with the method oauth.")
        @Nullable String oauthAudience,
    @Setting(value = "The claim of a token that has the name of its user.", byDefault = "sub")
        String oauthClaim,
    @Setting("PEM file with the roots of issuers' certificates; else those the JDK knows.")
        @Nullable Path oauthCaFile,
    @Setting(
            value = "How long a login waits for each document of an issuer.",
            byDefault = "5s",
            atLeast = "10ms",
            atMost = "1m")
        Duration oauthTimeout,
    @Setting("A file of users, one `\"user\" \"secret\"` a line, as PgBouncer reads it.")
        @Nullable Path userFile,
    @Setting(
            "The server user that runs `query`, and asks who is in a group and which roles may log"
                + " in; without one no server is asked.")
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

  public AuthSettings {
    hba = List.copyOf(hba);
  }

  public static AuthSettings defaults() {
    return Defaults.of(AuthSettings.class);
  }

  AuthSettings withQueryPassword(Secret password) {
    return new AuthSettings(
        method,
        scramIterations,
        hbaFile,
        hba,
        identFile,
        ldapCaFile,
        ldapTimeout,
        oauthAudience,
        oauthClaim,
        oauthCaFile,
        oauthTimeout,
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

  /// Whether lines decide about clients.
  public boolean hasHba() {
    return hbaFile != null || !hba.isEmpty();
  }

  @Override
  public List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    if (hbaFile != null && !hba.isEmpty()) {
      problems.add(new Problem("hba", "lines beside hba_file", "one of the two"));
    }
    if (identFile != null && !hasHba()) {
      problems.add(new Problem("ident_file", "a file", "hba_file or hba as well"));
    }
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
