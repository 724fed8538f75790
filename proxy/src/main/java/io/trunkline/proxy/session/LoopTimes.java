package io.trunkline.proxy.session;

import io.trunkline.pool.TimeBuckets;
import io.trunkline.protocol.EventLoopConfined;

/// Hot path. Where the time of one event loop's clients went.
@EventLoopConfined
public final class LoopTimes {
  final TimeBuckets queue = new TimeBuckets();
  final TimeBuckets firstByte = new TimeBuckets();
  final TimeBuckets total = new TimeBuckets();
  final TimeBuckets drain = new TimeBuckets();

  /// The same at one moment.
  ///
  /// @param queue from wanting a server to having it
  /// @param firstByte from a request to the first byte of its answer, with a server
  /// @param total from a request to the end of its answer, with a server
  /// @param drain how long a server was not read from because its client took nothing more
  public record Copy(
      TimeBuckets.Copy queue,
      TimeBuckets.Copy firstByte,
      TimeBuckets.Copy total,
      TimeBuckets.Copy drain) {
    public static Copy nothing() {
      TimeBuckets.Copy nothing = TimeBuckets.Copy.nothing();
      return new Copy(nothing, nothing, nothing, nothing);
    }

    public Copy plus(Copy other) {
      return new Copy(
          queue.plus(other.queue),
          firstByte.plus(other.firstByte),
          total.plus(other.total),
          drain.plus(other.drain));
    }
  }

  public Copy copy() {
    return new Copy(queue.copy(), firstByte.copy(), total.copy(), drain.copy());
  }
}
