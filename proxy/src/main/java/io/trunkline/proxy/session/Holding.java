package io.trunkline.proxy.session;

import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.routing.Route;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The clients of one event loop that wait for a member to go to, by the path they wait at.
/// Topologies are published with every look at a member, and mostly change nothing: that costs one
/// question for each path somebody waits at, of which there are as many as there are listeners that
/// promise different things, and nothing for each client.
@EventLoopConfined
final class Holding {
  private final Map<LoopContext.Path, Set<ClientSession>> byPath = new HashMap<>();
  private final HeldClients all;

  Holding(HeldClients all) {
    this.all = all;
  }

  /// How many clients may wait, over all loops.
  int max() {
    return all.max();
  }

  /// Lets a client wait; false when there are too many already.
  boolean add(LoopContext.Path path, ClientSession session) {
    if (!all.tryEnter()) {
      return false;
    }
    if (!byPath.computeIfAbsent(path, _ -> new LinkedHashSet<>()).add(session)) {
      all.leave(1);
    }
    return true;
  }

  void remove(LoopContext.Path path, ClientSession session) {
    Set<ClientSession> waiting = byPath.get(path);
    if (waiting != null && waiting.remove(session)) {
      all.leave(1);
      if (waiting.isEmpty()) {
        byPath.remove(path);
      }
    }
  }

  /// Lets those look again whose path leads somewhere now, the longest waiting first.
  void onTopology() {
    if (byPath.isEmpty()) {
      return;
    }
    for (LoopContext.Path path : List.copyOf(byPath.keySet())) {
      if (!(path.route() instanceof Route.Hold)) {
        Set<ClientSession> released = byPath.remove(path);
        if (released != null) { // nobody left while the others looked
          all.leave(released.size());
          released.forEach(ClientSession::onTopology); // who waits again does so in another set
        }
      }
    }
  }
}
