package io.trunkline.pool;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.trunkline.protocol.EventLoopConfined;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// The time that something under way has by a setting: a login of a client, one of ours, a cancel
/// request. Looks at the setting once a second, for a reload may have made it another.
@EventLoopConfined
public final class Deadline {
  private static final long GLANCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final EventLoop loop;
  private final Supplier<Duration> atMost;
  private final long sinceNanos;
  private Future<?> timer;
  private Runnable missed;

  /// Begins now.
  ///
  /// @param missed what is done when the time is over
  public Deadline(EventLoop loop, Supplier<Duration> atMost, Runnable missed) {
    this.loop = loop;
    this.atMost = atMost;
    this.sinceNanos = loop.ticker().nanoTime();
    this.missed = missed;
    this.timer = glance(atMost.get().toNanos());
  }

  private Future<?> glance(long leftNanos) {
    return loop.schedule(this::look, Math.min(leftNanos, GLANCE_NANOS), TimeUnit.NANOSECONDS);
  }

  private void look() {
    long left = atMost.get().toNanos() - (loop.ticker().nanoTime() - sinceNanos);
    if (left > 0) {
      timer = glance(left);
    } else {
      missed.run();
    }
  }

  /// From now on the next phase has to keep it, with what is left.
  public void passTo(Runnable nextMissed) {
    missed = nextMissed;
  }

  /// It has ended in time, well or not.
  public void met() {
    timer.cancel(false);
  }
}
