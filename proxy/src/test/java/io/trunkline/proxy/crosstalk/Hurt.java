package io.trunkline.proxy.crosstalk;

import java.io.IOException;

/// The guest lost its connection or its server without having asked for it. Allowed once per server
/// process that was killed, not oftener.
final class Hurt extends IOException {
  Hurt(String message, Throwable cause) {
    super(message, cause);
  }
}
