package io.trunkline.proxy.session;

import io.trunkline.conf.hba.HbaClient;
import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.message.ErrorResponse;
import java.net.InetAddress;
import java.time.Duration;

/// Every text and SQLSTATE a client may get from us and not from PostgreSQL, in one place. Where
/// PostgreSQL says the same thing, its words are used.
public final class ClientErrors {
  private ClientErrors() {}

  public static ErrorResponse protocolViolation(String what) {
    return ErrorResponse.fatal(SqlState.PROTOCOL_VIOLATION, what);
  }

  public static ErrorResponse unsupportedVersion(String version) {
    return ErrorResponse.fatal(
        SqlState.FEATURE_NOT_SUPPORTED,
        "unsupported frontend protocol %s: server supports 3.0 to 3.2".formatted(version));
  }

  public static ErrorResponse noUser() {
    return ErrorResponse.fatal(
        SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
        "no PostgreSQL user name specified in startup packet");
  }

  public static ErrorResponse noSuchDatabase(String database) {
    return ErrorResponse.fatal(
        SqlState.INVALID_CATALOG_NAME, "database \"%s\" does not exist".formatted(database));
  }

  public static ErrorResponse badStartupOption(String message) {
    return ErrorResponse.fatal(SqlState.INVALID_PARAMETER_VALUE, message);
  }

  public static ErrorResponse tooManyClients(String which, int max) {
    return ErrorResponse.fatal(SqlState.TOO_MANY_CONNECTIONS, "sorry, too many clients already")
        .withDetail("%s allows %d.".formatted(which, max));
  }

  /// No line of the HBA file is about this client (`ClientAuthentication` in PostgreSQL's auth.c).
  public static ErrorResponse noHbaEntry(HbaClient client) {
    return ErrorResponse.fatal(
        SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
        client.physicalReplication()
            ? "no pg_hba.conf entry for replication connection from " + shown(client)
            : "no pg_hba.conf entry for " + shown(client));
  }

  /// A line of the HBA file says `reject`.
  public static ErrorResponse hbaRejects(HbaClient client) {
    return ErrorResponse.fatal(
        SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
        client.physicalReplication()
            ? "pg_hba.conf rejects replication connection for " + shown(client)
            : "pg_hba.conf rejects connection for " + shown(client));
  }

  private static String shown(HbaClient client) {
    InetAddress address = client.address();
    String host = address == null ? "[local]" : address.getHostAddress();
    String encryption = client.encrypted() ? "SSL encryption" : "no encryption";
    return client.physicalReplication()
        ? "host \"%s\", user \"%s\", %s".formatted(host, client.user(), encryption)
        : "host \"%s\", user \"%s\", database \"%s\", %s"
            .formatted(host, client.user(), client.database(), encryption);
  }

  public static ErrorResponse loginTimeout() {
    return ErrorResponse.fatal(SqlState.QUERY_CANCELED, "canceling authentication due to timeout");
  }

  public static ErrorResponse authenticationUnavailable() {
    return ErrorResponse.fatal(
            SqlState.CONNECTION_FAILURE, "authentication is not possible now, try again later")
        .withDetail("No server could be asked about the user.");
  }

  public static ErrorResponse authenticationMisconfigured() {
    return ErrorResponse.fatal(
            SqlState.CONFIG_FILE_ERROR, "authentication is not possible: it is misconfigured")
        .withHint("The log of the proxy says more.");
  }

  public static ErrorResponse tooManyLogins() {
    return ErrorResponse.fatal(
        SqlState.TOO_MANY_CONNECTIONS, "too many logins at once, try again later");
  }

  public static ErrorResponse badReplication(String value) {
    return ErrorResponse.fatal(
            SqlState.INVALID_PARAMETER_VALUE,
            "invalid value for parameter \"replication\": \"%s\"".formatted(value))
        .withHint("Valid values are: \"false\", 0, \"true\", 1, \"database\".");
  }

  /// Nobody to send work to, for as long as the client was willing to wait.
  public static ErrorResponse held(String reason, Duration waited) {
    return ErrorResponse.error(SqlState.CANNOT_CONNECT_NOW, "no server is available now")
        .withDetail("Waited %d ms: %s.".formatted(waited.toMillis(), reason));
  }

  /// So many wait for somebody to send work to that no more may.
  public static ErrorResponse tooManyHeld(int max, String reason) {
    return ErrorResponse.error(SqlState.CANNOT_CONNECT_NOW, "no server is available now")
        .withDetail("%d clients wait already (max_held_clients): %s.".formatted(max, reason));
  }

  public static ErrorResponse queryWait(Duration waited) {
    return ErrorResponse.error(
            SqlState.TOO_MANY_CONNECTIONS, "timed out waiting for a server connection")
        .withDetail("Waited %d ms (query_wait_timeout).".formatted(waited.toMillis()));
  }

  /// A server does not answer what it is asked between two transactions.
  public static ErrorResponse serverSilent(Duration silent) {
    return ErrorResponse.fatal(
            SqlState.CONNECTION_FAILURE, "terminating connection because its server is silent")
        .withDetail(
            "Waited %d ms for it (query_wait_timeout, query_timeout)."
                .formatted(silent.toMillis()));
  }

  public static ErrorResponse waitCancelled() {
    return ErrorResponse.error(SqlState.QUERY_CANCELED, "canceling statement due to user request");
  }

  public static ErrorResponse queryTimeout() {
    return ErrorResponse.error(
        SqlState.QUERY_CANCELED, "canceling statement due to statement timeout (query_timeout)");
  }

  public static ErrorResponse queryTimeoutUnanswered() {
    return ErrorResponse.fatal(
        SqlState.QUERY_CANCELED,
        "terminating connection because the query went on after query_timeout");
  }

  public static ErrorResponse transactionTimeout() {
    return ErrorResponse.fatal(
        SqlState.TRANSACTION_TIMEOUT,
        "terminating connection due to transaction timeout (transaction_timeout)");
  }

  public static ErrorResponse idleInTransaction() {
    return ErrorResponse.fatal(
        SqlState.IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
        "terminating connection due to idle-in-transaction timeout"
            + " (idle_in_transaction_timeout)");
  }

  public static ErrorResponse clientIdle() {
    return ErrorResponse.fatal(
        SqlState.IDLE_SESSION_TIMEOUT,
        "terminating connection due to idle-session timeout (client_idle_timeout)");
  }

  /// Work was under way, and may have been committed.
  public static ErrorResponse outcomeUnknown(String reason) {
    return ErrorResponse.error(
            SqlState.TRANSACTION_RESOLUTION_UNKNOWN,
            "the server was lost, and it is not known whether the transaction was committed")
        .withDetail(reason)
        .withHint("Look whether it was before doing it again.");
  }

  /// An open transaction ended with its server, without COMMIT.
  public static ErrorResponse rolledBack(String reason) {
    return ErrorResponse.error(
            SqlState.SERIALIZATION_FAILURE,
            "the server was lost, and the transaction was rolled back")
        .withDetail(reason)
        .withHint("The transaction might succeed if retried.");
  }

  /// A statement was not executed, and not sent again either.
  public static ErrorResponse notExecuted(String reason) {
    return ErrorResponse.error(
            SqlState.SERIALIZATION_FAILURE, "the server was lost before it executed the statement")
        .withDetail(reason)
        .withHint("The statement might succeed if retried.");
  }

  /// A session was lost with its server that could not be moved to another one.
  public static ErrorResponse sessionLost(String reason) {
    return ErrorResponse.fatal(
            SqlState.ADMIN_SHUTDOWN, "terminating connection because its server was lost")
        .withDetail("The session cannot move to another server: %s.".formatted(reason));
  }

  /// A session cannot move to another server, and may do nothing more where it is.
  public static ErrorResponse cannotMove(String reason) {
    return ErrorResponse.fatal(
            SqlState.ADMIN_SHUTDOWN,
            "terminating connection because its server takes no new transactions")
        .withDetail("The session cannot move to another server: %s.".formatted(reason));
  }

  public static ErrorResponse loginRefused(String sqlState, String message) {
    return ErrorResponse.fatal(sqlState, message);
  }

  public static ErrorResponse settingsRefused(String sqlState, String message) {
    return ErrorResponse.fatal(sqlState, message);
  }

  public static ErrorResponse transactionInStatementMode() {
    return ErrorResponse.fatal(
        SqlState.FEATURE_NOT_SUPPORTED, "transaction blocks not allowed in statement pooling mode");
  }

  public static ErrorResponse shuttingDown() {
    return ErrorResponse.fatal(
        SqlState.ADMIN_SHUTDOWN, "terminating connection due to administrator command");
  }

  /// As PgBouncer words it, for a database an operator has closed to new clients.
  public static ErrorResponse databaseDisabled(String database) {
    return ErrorResponse.fatal(
        SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
        "database \"%s\" is disabled".formatted(database));
  }

  /// As PgBouncer words it, for a client an operator has thrown out.
  public static ErrorResponse forcedDisconnect() {
    return ErrorResponse.fatal(SqlState.ADMIN_SHUTDOWN, "admin forced disconnect");
  }

  /// As PgBouncer words it, for a client that must come again to get a new server connection.
  public static ErrorResponse databaseChanged() {
    return ErrorResponse.fatal(SqlState.ADMIN_SHUTDOWN, "database configuration changed");
  }

  /// As PgBouncer words it, for a client that does not take what it was sent.
  public static ErrorResponse suspendTimeout() {
    return ErrorResponse.fatal(SqlState.ADMIN_SHUTDOWN, "suspend_timeout");
  }

  /// As PgBouncer words it, for the clients of a database an operator has cleared.
  public static ErrorResponse databaseRemoved() {
    return ErrorResponse.fatal(SqlState.ADMIN_SHUTDOWN, "database removed");
  }

  /// As PgBouncer words it, for a client that comes while the process waits for the others to go.
  public static ErrorResponse notAnyMore() {
    return ErrorResponse.fatal(SqlState.CANNOT_CONNECT_NOW, "pooler is shutting down");
  }

  /// Nothing of that message is sent on, and so nothing behind it can be.
  public static ErrorResponse answerTooLong(int messageBytes, int max) {
    return ErrorResponse.fatal(
            SqlState.PROGRAM_LIMIT_EXCEEDED,
            "terminating connection because the server sent a message of %d bytes"
                .formatted(messageBytes))
        .withDetail("max_message_bytes allows %d.".formatted(max))
        .withHint("What the server was asked to do, it may have done.");
  }

  public static ErrorResponse duplicateStatement(String name) {
    return ErrorResponse.error(
        SqlState.DUPLICATE_PREPARED_STATEMENT,
        "prepared statement \"%s\" already exists".formatted(name));
  }

  public static ErrorResponse internal() {
    return ErrorResponse.fatal(
        SqlState.INTERNAL_ERROR, "internal error; the log of the proxy says more");
  }
}
