package io.trunkline.pool;

import io.trunkline.protocol.EventLoopConfined;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The clients of one event loop that wait for a connection of one pool, first come first: who has
/// wanted one for longer, perhaps while there was no member to go to, stands before those who came
/// later, though these were here before. The links are in the requests themselves.
///
/// Mostly a client belongs at the end. Those who were held come in their own order, so each finds
/// its place behind the one added before it.
@EventLoopConfined
final class WaitQueue {
  private @Nullable LeaseRequest first;
  private @Nullable LeaseRequest last;

  /// Added last, if it is still here.
  private @Nullable LeaseRequest recent;

  private int size;

  int size() {
    return size;
  }

  @Nullable LeaseRequest first() {
    return first;
  }

  void add(LeaseRequest request) {
    LeaseRequest before = predecessor(request);
    LeaseRequest after = before == null ? first : before.after;
    request.before = before;
    request.after = after;
    if (before == null) {
      first = request;
    } else {
      before.after = request;
    }
    if (after == null) {
      last = request;
    } else {
      after.before = request;
    }
    recent = request;
    size++;
  }

  /// Whom it comes behind; null for nobody.
  private @Nullable LeaseRequest predecessor(LeaseRequest request) {
    if (last == null || !precedes(request, last)) {
      return last;
    }
    LeaseRequest before = recent;
    if (before == null || precedes(request, before)) {
      before = null;
    }
    LeaseRequest after = before == null ? first : before.after;
    while (after != null && !precedes(request, after)) {
      before = after;
      after = after.after;
    }
    return before;
  }

  private static boolean precedes(LeaseRequest one, LeaseRequest other) {
    return one.wantedSinceNanos - other.wantedSinceNanos < 0;
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
    if (request.equals(recent)) {
      recent = null;
    }
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
