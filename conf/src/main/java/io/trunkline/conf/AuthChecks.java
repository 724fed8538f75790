package io.trunkline.conf;

import io.trunkline.conf.hba.AccessRules;
import io.trunkline.conf.hba.HbaMethod;
import io.trunkline.protocol.auth.AuthMethod;
import io.trunkline.settings.Secret;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Finds users who could never log in, whatever they type.
final class AuthChecks {

  private static final KeyPath AUTH = KeyPath.ROOT.child("auth");
  private static final KeyPath USERS = KeyPath.ROOT.child("users");
  private static final Set<AuthMethod> ASKING =
      EnumSet.of(AuthMethod.PASSWORD, AuthMethod.MD5, AuthMethod.SCRAM_SHA_256);

  private final ProxyConfig config;
  private final Map<String, Secret> userList;
  private final Findings findings;
  private final Set<AuthMethod> methods;

  /// Whether lines of an HBA file decide about the clients of some listeners.
  private final boolean hbaDecides;

  /// @param userList what `auth.user_file` holds
  AuthChecks(ProxyConfig config, Map<String, Secret> userList, Findings findings) {
    this.config = config;
    this.userList = userList;
    this.findings = findings;
    this.hbaDecides =
        config.auth().hasHba()
            && config.listeners().stream().anyMatch(listener -> listener.authMethod() == null);
    this.methods =
        config.listeners().stream()
            .filter(listener -> !config.auth().hasHba() || listener.authMethod() != null)
            .map(listener -> listener.authMethod(config.auth()))
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(AuthMethod.class)));
  }

  void run() {
    consoleIsApart();
    if (findings.isBroken(AUTH) || findings.isBroken(KeyPath.ROOT.child("listeners"))) {
      return; // which secrets are asked for, and where they are, is not known
    }
    groupsAreKnown();
    tokensAreForSomebody();
    somebodyIsKnown();
    certificatesAreAskedFor();
    config.users().forEach((name, user) -> hasPassword(name, user));
    md5HashesServe();
  }

  private boolean everyListenerAsks() {
    return !hbaDecides && !methods.isEmpty() && ASKING.containsAll(methods);
  }

  private boolean someoneElseKnows() {
    return config.auth().userFile() != null || config.auth().queryUser() != null;
  }

  private void groupsAreKnown() {
    AccessRules access = config.access();
    if (access != null && access.asksForGroups() && config.auth().queryUser() == null) {
      findings.add(
          AUTH.child(config.auth().hbaFile() == null ? "hba" : "hba_file"),
          "samerole or +group, but no query_user",
          "auth.query_user as well, to ask a server who is in a group");
    }
  }

  /// A token for anybody else would open the door as well.
  private void tokensAreForSomebody() {
    AccessRules access = config.access();
    boolean asked =
        access != null && access.rules().stream().anyMatch(r -> r.method() == HbaMethod.OAUTH);
    if (asked && config.auth().oauthAudience() == null) {
      findings.add(
          AUTH.child(config.auth().hbaFile() == null ? "hba" : "hba_file"),
          "oauth, but no oauth_audience",
          "auth.oauth_audience as well, whom tokens must be for");
    }
  }

  private void somebodyIsKnown() {
    if (everyListenerAsks() && !someoneElseKnows() && config.users().isEmpty()) {
      findings.add(
          USERS,
          "no users, and neither auth.user_file nor auth.query_user",
          "at least one of them while listeners ask for passwords");
    }
  }

  private void certificatesAreAskedFor() {
    for (int i = 0; i < config.listeners().size(); i++) {
      ListenerSettings listener = config.listeners().get(i);
      boolean asked = listener.tls().mode().usesTls() && listener.tls().caFile() != null;
      boolean byHba = config.auth().hasHba() && listener.authMethod() == null;
      if (!byHba && listener.authMethod(config.auth()) == AuthMethod.CERT && !asked) {
        findings.add(
            KeyPath.ROOT.child("listeners").item(i).child("tls"),
            "no ca_file, or no TLS",
            "TLS that asks clients for certificates, as the method is cert");
      }
    }
  }

  private void hasPassword(String name, UserSettings user) {
    KeyPath at = USERS.child(name).child("password");
    if (user.password() == null
        && everyListenerAsks()
        && !someoneElseKnows()
        && !findings.isBroken(at)) {
      findings.add(at, "nothing", SecretBinder.ALLOWED + ", for every listener asks for passwords");
    }
  }

  /// An MD5 hash is no proof for SCRAM and gives no plain password to derive one from.
  private void md5HashesServe() {
    if (hbaDecides || !methods.equals(EnumSet.of(AuthMethod.SCRAM_SHA_256))) {
      return;
    }
    String allowed = "a plain password or a SCRAM verifier, for every listener asks scram-sha-256";
    config
        .users()
        .forEach((name, user) -> {
          if (user.password() != null && user.password().isMd5()) {
            findings.add(USERS.child(name).child("password"), "an md5 hash", allowed);
          }
        });
    long md5 = userList.values().stream().filter(Secret::isMd5).count();
    if (md5 > 0) {
      findings.add(AUTH.child("user_file"), md5 + " md5 hashes", allowed);
    }
    config
        .admin()
        .users()
        .forEach((name, user) -> {
          if (user.password() != null && user.password().isMd5()) {
            KeyPath users = KeyPath.ROOT.child("admin").child("users");
            findings.add(users.child(name).child("password"), "an md5 hash", allowed);
          }
        });
  }

  /// `trunkline` alone is no database, but a way to say that there are none.
  private void consoleIsApart() {
    if (config.databases().keySet().equals(Set.of("trunkline"))) {
      return;
    }
    for (String name : config.databases().keySet()) {
      if (config.admin().databases().contains(name)) {
        findings.add(
            KeyPath.ROOT.child("databases").child(name),
            "the name of the console",
            "another name, or other admin.databases");
      }
    }
  }
}
