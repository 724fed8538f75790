package io.trunkline.protocol.auth;

import io.trunkline.protocol.CancelKey;
import io.trunkline.protocol.message.ErrorResponse;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the driver of a [ServerGreeting] has to do next.
public sealed interface GreetingStep {

  /// Nothing to do before the server's next message.
  record Wait() implements GreetingStep {}

  /// The server takes queries.
  ///
  /// @param parameters the parameters it reports, in the order it did
  /// @param key what cancels its queries; null from a server (another pooler) that gave none
  record Ready(Map<String, String> parameters, @Nullable CancelKey key) implements GreetingStep {
    public Ready {
      parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }
  }

  /// Close.
  ///
  /// @param reason why, for log and console
  /// @param error what the server said, when it was the server that refused; null when it was us
  record Failed(String reason, @Nullable ErrorResponse error) implements GreetingStep {}
}
