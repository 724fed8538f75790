package io.trunkline.proxy.console;

import io.trunkline.health.TopologyHolder;
import io.trunkline.routing.Member;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The members of one cluster that operators have taken out, without being leaders: whoever has a
/// server there may go on with it, nobody new comes. Thread-safe.
final class SetAside {
  private static final Logger log = LoggerFactory.getLogger(SetAside.class);

  private static final long LOOK_MILLIS = 20;
  private static final String GIVEN_UP = "given up";

  /// An order of an operator, which a later one may have replaced.
  ///
  /// @param passing whether it ends by itself
  /// @param started since when the member ran when the order came; null when nobody knew
  private record Order(boolean passing, @Nullable Instant started) {}

  private final String cluster;
  private final TopologyHolder topologies;
  private final ScheduledExecutorService control;
  private final Map<String, Order> orders = new HashMap<>();

  SetAside(String cluster, TopologyHolder topologies, ScheduledExecutorService control) {
    this.cluster = cluster;
    this.topologies = topologies;
    this.control = control;
  }

  /// Takes a member out for a while: until it has stopped, for that is what it was drained for and
  /// it is to be used again when it is back, or until time is up, for nobody is to miss it because
  /// an operator has forgotten.
  ///
  /// @return takes that back, unless another order has replaced it
  synchronized Runnable drain(String member, Duration atMost) {
    Member now = topologies.current().member(member);
    Instant started = now == null ? null : now.started();
    Order order = begin(member, new Order(true, started), "is being drained");
    control.schedule(
        () -> end(member, order, "time is up"), atMost.toNanos(), TimeUnit.NANOSECONDS);
    look(member, order);
    return () -> end(member, order, GIVEN_UP);
  }

  /// Takes a member out until it is told to be ready.
  ///
  /// @return takes that back, unless another order has replaced it
  synchronized Runnable maintain(String member) {
    Order order = begin(member, new Order(false, null), "is in maintenance");
    return () -> end(member, order, GIVEN_UP);
  }

  private Order begin(String member, Order order, String reason) {
    log.info("member set aside cluster={} member={}: it {}", cluster, member, reason);
    orders.put(member, order);
    topologies.setAside(member, reason);
    return order;
  }

  private synchronized void look(String member, Order order) {
    Member now = topologies.current().member(member);
    if (now == null || !now.alive()) {
      end(member, order, "it has stopped");
    } else if (order.started != null && !order.started.equals(now.started())) {
      end(member, order, "it has restarted"); // between two looks at it
    } else if (isCurrent(member, order)) {
      control.schedule(() -> look(member, order), LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  @SuppressWarnings("ReferenceEquality") // this very order, and not a later one of its kind
  private boolean isCurrent(String member, Order order) {
    return orders.get(member) == order;
  }

  private synchronized void end(String member, Order order, String why) {
    if (isCurrent(member, order)) {
      end(member, why);
    }
  }

  /// Lets a member be used again, if it was not.
  synchronized void end(String member, String why) {
    if (orders.remove(member) != null) {
      log.info("member ready cluster={} member={}: {}", cluster, member, why);
      topologies.setAside(member, "");
    }
  }

  /// Ends every drain, but no maintenance.
  synchronized void endDrains(String why) {
    List<String> drained =
        orders.entrySet().stream()
            .filter(order -> order.getValue().passing)
            .map(Map.Entry::getKey)
            .toList();
    drained.forEach(member -> end(member, why));
  }
}
