package io.trunkline.pool;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.BackendTag;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.WireReader;
import io.trunkline.protocol.message.BackendMessage.ParameterStatus;
import io.trunkline.protocol.message.BackendMessage.ReadyForQuery;
import io.trunkline.protocol.message.ErrorResponse;

/// The last step of a login: a new connection runs its pool's `connect_query` before anybody gets
/// it. Rows are ignored; what it changes of the reported parameters is kept; an error is the
/// login's. Nobody could tell what a COPY is to read or where to write, so that it fails at once,
/// as does a query that leaves a transaction open.
///
/// PostgreSQL docs, "Message Flow", "Simple Query".
@EventLoopConfined
final class ConnectQuery {

  /// How far it has come.
  sealed interface Step {

    record Wait() implements Step {}

    /// It has ended well, and these are the parameters the server reports now.
    record Done(ReportedParameters parameters) implements Step {}

    record Failed(String sqlState, String message) implements Step {}
  }

  private static final Step WAIT = new Step.Wait();

  private ReportedParameters parameters;

  /// @param parameters what the server has reported so far
  ConnectQuery(ReportedParameters parameters) {
    this.parameters = parameters;
  }

  /// Takes one complete message of the server.
  ///
  /// @throws ProtocolViolation when no server may send that now
  Step onMessage(byte tag, ByteBuf body) {
    return switch (tag) {
      case BackendTag.READY_FOR_QUERY -> onReady(ReadyForQuery.decode(body).status());
      case BackendTag.ERROR_RESPONSE -> failed(ErrorResponse.decode(body));
      case BackendTag.PARAMETER_STATUS -> {
        ParameterStatus reported = ParameterStatus.decode(body);
        parameters = parameters.with(reported.name(), reported.value());
        yield WAIT;
      }
      case BackendTag.COPY_IN_RESPONSE,
          BackendTag.COPY_OUT_RESPONSE,
          BackendTag.COPY_BOTH_RESPONSE ->
          new Step.Failed(SqlState.FEATURE_NOT_SUPPORTED, "connect_query is a COPY");
      case BackendTag.ROW_DESCRIPTION,
          BackendTag.DATA_ROW,
          BackendTag.COMMAND_COMPLETE,
          BackendTag.EMPTY_QUERY_RESPONSE,
          BackendTag.NOTICE_RESPONSE,
          BackendTag.NOTIFICATION_RESPONSE ->
          WAIT;
      default ->
          throw new ProtocolViolation(
              "unexpected message %s in answer to connect_query".formatted(WireReader.quote(tag)));
    };
  }

  private static Step failed(ErrorResponse error) {
    return new Step.Failed(error.sqlState(), "connect_query: " + error.message());
  }

  private Step onReady(TransactionStatus status) {
    return status == TransactionStatus.IDLE
        ? new Step.Done(parameters)
        : new Step.Failed(
            SqlState.ACTIVE_SQL_TRANSACTION, "connect_query leaves a transaction open");
  }
}
