package io.trunkline.pool;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Executor;

/// Resolves names with the system's resolver (hosts file, nsswitch, DNS), which blocks, on threads
/// that may.
final class OffLoopResolverGroup extends AddressResolverGroup<InetSocketAddress> {
  private final Executor busy;

  OffLoopResolverGroup(Executor busy) {
    this.busy = busy;
  }

  @Override
  protected AddressResolver<InetSocketAddress> newResolver(EventExecutor loop) {
    return new Names(loop, busy).asAddressResolver();
  }

  private static final class Names extends InetNameResolver {
    private final Executor busy;

    Names(EventExecutor loop, Executor busy) {
      super(loop);
      this.busy = busy;
    }

    @Override
    protected void doResolve(String host, Promise<InetAddress> promise) {
      busy.execute(() -> {
        try {
          promise.trySuccess(InetAddress.getByName(host));
        } catch (UnknownHostException unknown) {
          promise.tryFailure(unknown);
        }
      });
    }

    @Override
    protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
      busy.execute(() -> {
        try {
          promise.trySuccess(List.of(InetAddress.getAllByName(host)));
        } catch (UnknownHostException unknown) {
          promise.tryFailure(unknown);
        }
      });
    }
  }
}
