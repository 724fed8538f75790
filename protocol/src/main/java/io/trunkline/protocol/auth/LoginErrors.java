package io.trunkline.protocol.auth;

import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.message.ErrorResponse;

/// Every text a client may see when it fails to log in: PostgreSQL's own (`auth_failed` in
/// `auth.c`), because drivers and people know them.
final class LoginErrors {
  private LoginErrors() {}

  static ErrorResponse password(String user) {
    return ErrorResponse.fatal(
        SqlState.INVALID_PASSWORD, "password authentication failed for user \"" + user + "\"");
  }

  static ErrorResponse emptyPassword() {
    return ErrorResponse.fatal(SqlState.INVALID_PASSWORD, "empty password returned by client");
  }

  static ErrorResponse certificate(String user) {
    return ErrorResponse.fatal(
        SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
        "certificate authentication failed for user \"" + user + "\"");
  }

  static ErrorResponse noCertificate() {
    return ErrorResponse.fatal(
        SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
        "connection requires a valid client certificate");
  }

  static ErrorResponse violation(String message) {
    return ErrorResponse.fatal(SqlState.PROTOCOL_VIOLATION, message);
  }
}
