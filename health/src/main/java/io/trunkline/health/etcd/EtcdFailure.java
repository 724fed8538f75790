package io.trunkline.health.etcd;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

/// Why etcd did not do what it was asked; its connection is of no use any more. What was asked may
/// have been done all the same.
public final class EtcdFailure extends Exception {
  private static final long serialVersionUID = 1;

  public EtcdFailure(String reason) {
    super(reason);
  }

  /// The first cause that says something, on one line.
  ///
  /// @param patience how long was waited
  static String reason(Throwable failure, Duration patience) {
    Throwable root = failure;
    Throwable last = failure;
    while (last.getCause() != null) {
      last = last.getCause();
      root = last.getMessage() == null ? root : last;
    }
    return root instanceof TimeoutException
        ? "no answer within " + patience.toMillis() + " ms"
        : ForeignText.oneLine(String.valueOf(root.getMessage()));
  }
}
