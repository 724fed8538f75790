package io.trunkline.proxy.login;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.trunkline.protocol.EventLoopConfined;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// The one time a client has from its connecting to the end of its login, `login_timeout`,
/// whichever phases it goes through: one that is slow with TLS has less for its password.
@EventLoopConfined
final class LoginDeadline {
  private final Future<?> timer;
  private Runnable missed;

  /// Begins now.
  ///
  /// @param missed what is done when the time is over
  LoginDeadline(EventLoop loop, Duration atMost, Runnable missed) {
    this.missed = missed;
    this.timer = loop.schedule(this::end, atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void end() {
    missed.run();
  }

  /// From now on the next phase has to keep it.
  void passTo(Runnable nextMissed) {
    missed = nextMissed;
  }

  /// The login has ended, well or not.
  void met() {
    timer.cancel(false);
  }
}
