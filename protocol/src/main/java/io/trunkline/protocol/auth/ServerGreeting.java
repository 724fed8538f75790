package io.trunkline.protocol.auth;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.BackendTag;
import io.trunkline.protocol.CancelKey;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.WireReader;
import io.trunkline.protocol.message.BackendMessage;
import io.trunkline.protocol.message.BackendMessage.BackendKeyData;
import io.trunkline.protocol.message.BackendMessage.ParameterStatus;
import io.trunkline.protocol.message.BackendMessage.ReadyForQuery;
import io.trunkline.protocol.message.ErrorResponse;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a server says between AuthenticationOk and its first ReadyForQuery: its parameters and its
/// cancel key, or that it will not have us after all (no such database, too many connections).
///
/// Keeps at most [#PARAMETERS_MAX] parameters and reads at most [#BYTES_MAX] bytes of messages.
/// PostgreSQL docs, "Start-up".
@EventLoopConfined
public final class ServerGreeting {
  static final int PARAMETERS_MAX = 256;
  static final int BYTES_MAX = 64 * 1024;

  private State state = new State.WithoutKey();
  private final Map<String, String> parameters = new LinkedHashMap<>();
  private int bytesRead;

  private sealed interface State {
    record WithoutKey() implements State {}

    record WithKey(CancelKey key) implements State {}

    record Ended() implements State {}
  }

  /// Takes one complete message of the server.
  public GreetingStep onMessage(byte tag, ByteBuf body) {
    try {
      return switch (state) {
        case State.WithoutKey _, State.WithKey _ -> read(tag, body);
        case State.Ended _ -> throw unexpected(tag, "after the greeting");
      };
    } catch (ProtocolViolation violation) {
      become(new State.Ended());
      return new GreetingStep.Failed(violation.getMessage(), null);
    }
  }

  private GreetingStep read(byte tag, ByteBuf body) {
    bytesRead += body.readableBytes();
    if (bytesRead > BYTES_MAX) {
      throw new ProtocolViolation("greeting of more than %d bytes".formatted(BYTES_MAX));
    }
    return switch (tag) {
      case BackendTag.PARAMETER_STATUS,
          BackendTag.BACKEND_KEY_DATA,
          BackendTag.READY_FOR_QUERY,
          BackendTag.ERROR_RESPONSE,
          BackendTag.NOTICE_RESPONSE ->
          onMessage(BackendMessage.decode(tag, body));
      default -> throw unexpected(tag, "in the greeting");
    };
  }

  private GreetingStep onMessage(BackendMessage message) {
    return switch (message) {
      case ParameterStatus parameter -> onParameter(parameter);
      case BackendKeyData(CancelKey key) -> onKey(key);
      case ReadyForQuery(TransactionStatus status) -> onReady(status);
      case ErrorResponse error -> onError(error);
      default -> new GreetingStep.Wait(); // a notice
    };
  }

  private GreetingStep onParameter(ParameterStatus parameter) {
    parameters.put(parameter.name(), parameter.value());
    if (parameters.size() > PARAMETERS_MAX) {
      throw new ProtocolViolation("more than %d parameters".formatted(PARAMETERS_MAX));
    }
    return new GreetingStep.Wait();
  }

  private GreetingStep onKey(CancelKey key) {
    if (state instanceof State.WithKey) {
      throw new ProtocolViolation("second BackendKeyData");
    }
    become(new State.WithKey(key));
    return new GreetingStep.Wait();
  }

  private GreetingStep onReady(TransactionStatus status) {
    if (status != TransactionStatus.IDLE) {
      throw new ProtocolViolation("server greets in transaction status " + status);
    }
    CancelKey key = state instanceof State.WithKey(CancelKey known) ? known : null;
    become(new State.Ended());
    return new GreetingStep.Ready(parameters, key);
  }

  private GreetingStep onError(ErrorResponse error) {
    become(new State.Ended());
    String reason =
        "server refused the session: %s %s %s"
            .formatted(error.severity(), error.sqlState(), error.message());
    return new GreetingStep.Failed(reason, error);
  }

  private static ProtocolViolation unexpected(byte tag, String where) {
    return new ProtocolViolation(
        "unexpected message %s %s".formatted(WireReader.quote(tag), where));
  }

  private void become(State next) {
    state = next;
  }
}
