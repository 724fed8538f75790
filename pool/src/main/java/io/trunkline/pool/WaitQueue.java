package io.trunkline.pool;

import io.trunkline.protocol.EventLoopConfined;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The clients of one event loop that wait for a connection of one pool, first come first. The
/// links are in the requests themselves.
@EventLoopConfined
final class WaitQueue {
  private @Nullable LeaseRequest first;
  private @Nullable LeaseRequest last;
  private int size;

  int size() {
    return size;
  }

  @Nullable LeaseRequest first() {
    return first;
  }

  void add(LeaseRequest request) {
    request.before = last;
    request.after = null;
    if (last == null) {
      first = request;
    } else {
      last.after = request;
    }
    last = request;
    size++;
  }

  void remove(LeaseRequest request) {
    LeaseRequest before = request.before;
    LeaseRequest after = request.after;
    if (before == null) {
      first = after;
    } else {
      before.after = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.before = before;
    }
    request.before = null;
    request.after = null;
    size--;
  }

  /// Every request, the longest waiting first.
  List<LeaseRequest> all() {
    List<LeaseRequest> all = new ArrayList<>(size);
    forEach(all::add);
    return all;
  }

  /// Visits every request; the visitor may remove the one it is shown.
  void forEach(Consumer<LeaseRequest> visitor) {
    LeaseRequest request = first;
    while (request != null) {
      LeaseRequest next = request.after;
      visitor.accept(request);
      request = next;
    }
  }
}
