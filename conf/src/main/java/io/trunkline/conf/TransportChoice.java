package io.trunkline.conf;

import io.trunkline.settings.Worded;
import java.util.Locale;

/// How sockets are driven.
public enum TransportChoice implements Worded {
  AUTO,
  IO_URING,
  EPOLL,
  NIO;

  /// As the kernel spells it: `io_uring`.
  @Override
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
