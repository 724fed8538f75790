package io.trunkline.proxy.rig;

import io.netty.util.LeakPresenceDetector.ResourceScope;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a test class that has not released every buffer. Registered for all by the service file
/// and `junit-platform.properties`; `-Dleak.stacks=true` tells where the buffers came from.
public final class LeakWatch implements BeforeAllCallback, AfterAllCallback {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(LeakWatch.class);

  @Override
  public void beforeAll(ExtensionContext context) {
    context
        .getStore(NAMESPACE)
        .put("outer", ScopedLeakDetector.replace(new ResourceScope(context.getDisplayName())));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    ResourceScope outer = context.getStore(NAMESPACE).remove("outer", ResourceScope.class);
    ScopedLeakDetector.replace(outer).close(); // throws what is still open
  }
}
