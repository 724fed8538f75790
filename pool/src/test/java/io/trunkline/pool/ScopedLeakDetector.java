package io.trunkline.pool;

import io.netty.buffer.ByteBuf;
import io.netty.util.LeakPresenceDetector;

/// Takes every buffer down in the scope of the test class that runs, whichever thread allocates it.
/// Named in the system property `io.netty.customResourceLeakDetector`.
public final class ScopedLeakDetector<T> extends LeakPresenceDetector<T> {
  private static final ResourceScope UNCHECKED = new ResourceScope("never checked");
  private static volatile ResourceScope scope = new ResourceScope("outside of any test class");

  /// Whether it is buffers that are tracked. What OpenSSL holds is left to the garbage collector.
  private final boolean ofBuffers;

  @SuppressWarnings("deprecation") // the factory wants it
  public ScopedLeakDetector(Class<?> resourceType, int samplingInterval) {
    super(resourceType, samplingInterval);
    ofBuffers = ByteBuf.class.isAssignableFrom(resourceType);
  }

  @SuppressWarnings("deprecation") // the factory wants it
  public ScopedLeakDetector(Class<?> resourceType, int samplingInterval, long maxActive) {
    super(resourceType, samplingInterval, maxActive);
    ofBuffers = ByteBuf.class.isAssignableFrom(resourceType);
  }

  static ResourceScope replace(ResourceScope next) {
    ResourceScope last = scope;
    scope = next;
    return last;
  }

  @Override
  protected ResourceScope currentScope() {
    return ofBuffers ? scope : UNCHECKED;
  }
}
