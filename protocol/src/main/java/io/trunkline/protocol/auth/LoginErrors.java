package io.trunkline.protocol.auth;

import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.message.ErrorResponse;

/// Every text a client may see when it fails to log in: PostgreSQL's own (`auth_failed` in
/// `auth.c`), because drivers and people know them.
public final class LoginErrors {
  private LoginErrors() {}

  public static ErrorResponse password(String user) {
    return ErrorResponse.fatal(
        SqlState.INVALID_PASSWORD, "password authentication failed for user \"" + user + "\"");
  }

  public static ErrorResponse emptyPassword() {
    return ErrorResponse.fatal(SqlState.INVALID_PASSWORD, "empty password returned by client");
  }

  public static ErrorResponse certificate(String user) {
    return ErrorResponse.fatal(
        SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
        "certificate authentication failed for user \"" + user + "\"");
  }

  public static ErrorResponse peer(String user) {
    return refused("Peer authentication failed for user \"" + user + "\"");
  }

  public static ErrorResponse ldap(String user) {
    return refused("LDAP authentication failed for user \"" + user + "\"");
  }

  public static ErrorResponse pam(String user) {
    return refused("PAM authentication failed for user \"" + user + "\"");
  }

  public static ErrorResponse oauth(String user) {
    return refused("OAuth bearer authentication failed for user \"" + user + "\"");
  }

  /// NOLOGIN (`InitializeSessionUserId` in PostgreSQL's miscinit.c).
  public static ErrorResponse notPermitted(String role) {
    return refused("role \"" + role + "\" is not permitted to log in");
  }

  public static ErrorResponse noRole(String role) {
    return refused("role \"" + role + "\" does not exist");
  }

  private static ErrorResponse refused(String message) {
    return ErrorResponse.fatal(SqlState.INVALID_AUTHORIZATION_SPECIFICATION, message);
  }

  public static ErrorResponse noCertificate() {
    return ErrorResponse.fatal(
        SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
        "connection requires a valid client certificate");
  }

  public static ErrorResponse violation(String message) {
    return ErrorResponse.fatal(SqlState.PROTOCOL_VIOLATION, message);
  }
}
