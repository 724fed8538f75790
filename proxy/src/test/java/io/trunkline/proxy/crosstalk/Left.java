package io.trunkline.proxy.crosstalk;

import java.io.IOException;

/// The guest has gone on purpose and comes back as a new client.
final class Left extends IOException {
  Left(String why) {
    super(why);
  }
}
