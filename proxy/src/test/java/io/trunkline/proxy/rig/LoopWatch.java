package io.trunkline.proxy.rig;

import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingMethod;
import reactor.blockhound.BlockingOperationError;
import reactor.blockhound.integration.BlockHoundIntegration;

/// Fails a test class in which an event loop of the proxy blocked. Registered for all by the
/// service file and `junit-platform.properties`.
///
/// What blocked is not stopped, only noted: an error thrown on an event loop would close one
/// connection and look like something else.
public final class LoopWatch implements BeforeAllCallback, AfterAllCallback {

  /// How the threads of the event loops are called, see `EventLoops`.
  private static final String LOOP = "loop-";

  private static final String ALLOCATOR = "io.netty.buffer.AdaptivePoolingAllocator";

  private static final int FRAMES_SHOWN = 12;

  private static final Queue<Throwable> blocked = new ConcurrentLinkedQueue<>();

  static {
    BlockHound.Builder hound = BlockHound.builder();
    ServiceLoader.load(BlockHoundIntegration.class).forEach(hound::with);
    hound
        // /dev/urandom, which never has anything to wait for
        .allowBlockingCallsInside("sun.security.provider.NativePRNG$RandomIO", "implNextBytes")
        // Netty's allocator, whose locks are held for a few instructions
        .allowBlockingCallsInside(ALLOCATOR + "$MagazineGroup", "tryExpandMagazines")
        .allowBlockingCallsInside(ALLOCATOR + "$MagazineGroup", "allocate")
        .allowBlockingCallsInside(ALLOCATOR + "$Magazine", "free")
        // a loop that has ended spins until the last of those who wake it is through
        .allowBlockingCallsInside("io.netty.channel.uring.IoUringIoHandler", "closeWakeupGate")
        // the queues by which a login gives work to other threads; see docs/threading.md
        .allowBlockingCallsInside("java.util.concurrent.ThreadPoolExecutor", "execute")
        .allowBlockingCallsInside("java.util.concurrent.CompletableFuture", "completeOnTimeout")
        .nonBlockingThreadPredicate(_ -> thread -> thread.getName().startsWith(LOOP))
        .blockingMethodCallback(LoopWatch::note)
        .install();
  }

  private static void note(BlockingMethod method) {
    blocked.add(new BlockingOperationError(method));
  }

  /// What has blocked since this was last asked.
  static List<Throwable> takeBlocked() {
    return Stream.generate(blocked::poll).takeWhile(error -> error != null).toList();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    takeBlocked();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    List<Throwable> errors = takeBlocked();
    if (!errors.isEmpty()) {
      var failure =
          new AssertionError(
              "an event loop blocked %d times, first %s"
                  .formatted(errors.size(), where(errors.getFirst())));
      errors.stream().limit(10).forEach(failure::addSuppressed);
      throw failure;
    }
  }

  /// In the message, for what is shown of a failed class is often nothing else.
  private static String where(Throwable blocked) {
    return blocked.getMessage()
        + Arrays.stream(blocked.getStackTrace())
            .limit(FRAMES_SHOWN)
            .map(StackTraceElement::toString)
            .collect(Collectors.joining(" < ", " in ", ""));
  }
}
