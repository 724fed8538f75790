package io.trunkline.proxy.rig;

import java.io.IOException;

/// The other side closed or reset the connection. An expected outcome of many tests, so it is a
/// type of its own; the message carries what was said before.
public final class ConnectionLost extends IOException {
  public ConnectionLost(String message) {
    super(message);
  }

  public ConnectionLost(String message, IOException cause) {
    super(message, cause);
  }
}
