package io.trunkline.health.patroni;

import io.trunkline.health.etcd.ForeignText;
import io.trunkline.health.etcd.StoreAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks Patroni's REST API, round by round, from a thread of its own: `/primary` of every member
/// that is known, `/cluster` and `/config` of one of them, `/cluster` of all while none says that
/// it leads. One member's address is enough to begin with.
///
/// With etcd beside it, it sleeps until it is wanted.
final class PatroniRest implements AutoCloseable {
  static final String SOURCE = "Patroni REST";

  private static final Logger LOG = LoggerFactory.getLogger(PatroniRest.class);
  private static final Duration URGENT = Duration.ofMillis(250);
  private static final int MEMBERS_MAX = 256;

  private final String cluster;
  private final RestSettings settings;
  private final LongSupplier nanoTime;
  private final Thread thread;
  private Consumer<Told> listener = _ -> {};
  private volatile boolean closed;
  private volatile boolean wanted;

  /// What somebody else knows, to begin with.
  private volatile PatroniView hint = PatroniView.NOTHING;

  private PatroniView view = PatroniView.NOTHING;
  private boolean everConfirmed;
  private long confirmedNanos;
  private String lastComplaint = "";

  /// @param wanted whether to ask from the beginning on
  PatroniRest(String cluster, RestSettings settings, LongSupplier nanoTime, boolean wanted) {
    this.cluster = cluster;
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.wanted = wanted;
    thread = Thread.ofVirtual().name("patroni-rest-" + cluster).unstarted(this::run);
  }

  /// Begins to tell after each round, on a thread of its own.
  void start(Consumer<Told> listener) {
    this.listener = listener;
    thread.start();
  }

  /// Whether to ask.
  ///
  /// @param known who is there by somebody else's word
  void want(boolean now, PatroniView known) {
    hint = known;
    if (wanted != now) {
      wanted = now;
      LockSupport.unpark(thread);
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void run() {
    try (RestApi api = new RestApi(settings)) {
      while (!closed) {
        long began = nanoTime.getAsLong();
        boolean asked = wanted;
        if (view.members().isEmpty()) {
          view = hint.withHolder(null);
        }
        String doubt = asked ? round(api, began) : "it is not asked";
        if (!asked) {
          everConfirmed = false;
          view = PatroniView.NOTHING;
        }
        listener.accept(new Told(SOURCE, view, doubt, doubt.isEmpty()));
        await(began, asked);
      }
    } catch (InterruptedException expected) { // closed
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("Patroni REST cannot be asked any more cluster={}", cluster, e);
      listener.accept(new Told(SOURCE, PatroniView.NOTHING, "it cannot be asked: " + e, false));
    }
  }

  private void await(long began, boolean asked) throws InterruptedException {
    boolean urgent = asked && view.holder() == null;
    Duration interval =
        urgent && URGENT.compareTo(settings.interval()) < 0 ? URGENT : settings.interval();
    while (!closed && wanted == asked) {
      long left = interval.toNanos() - (nanoTime.getAsLong() - began);
      if (asked && left <= 0) {
        return;
      }
      LockSupport.parkNanos(this, asked ? left : Duration.ofMinutes(1).toNanos());
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  /// Returns why what is known cannot be relied on; empty if it can.
  private String round(RestApi api, long began) throws InterruptedException {
    Map<String, RestApi.Reply> primaries = primaries(api);
    boolean led = primaries.values().stream().anyMatch(reply -> reply.status() == 200);
    List<StoreAddress> others = speakers(primaries);
    List<JsonObject> clusters = clusters(api, led ? first(others) : others);
    JsonObject config = clusters.isEmpty() ? null : config(api, others);
    RestRound.Finding finding = new RestRound(primaries, clusters, config).after(view);
    if (finding.doubt().isEmpty()) {
      view = finding.view();
      everConfirmed = true;
      confirmedNanos = began;
    }
    complain(finding.doubt(), primaries);
    return finding.contradictory() || isStale() ? staleOr(finding.doubt()) : "";
  }

  private boolean isStale() {
    long ttl = view.rules().ttl().toNanos();
    return !everConfirmed || nanoTime.getAsLong() - confirmedNanos > ttl;
  }

  private String staleOr(String doubt) {
    return doubt.isEmpty() ? "Patroni has not answered for longer than its ttl" : doubt;
  }

  /// Who is asked, by name; members of whom only the address is known yet are called by that.
  private Map<String, StoreAddress> known() {
    Map<String, StoreAddress> known = new LinkedHashMap<>(view.apis());
    Set<StoreAddress> seen = new LinkedHashSet<>(known.values());
    for (StoreAddress address : settings.addresses()) {
      if (known.size() < MEMBERS_MAX && view.apis().isEmpty() && seen.add(address)) {
        known.put(address.toString(), address);
      }
    }
    return known;
  }

  private Map<String, RestApi.Reply> primaries(RestApi api) throws InterruptedException {
    if (view.apis().isEmpty()) {
      discover(api);
    }
    Map<String, Future<RestApi.Reply>> asked = new LinkedHashMap<>();
    known().forEach((name, address) -> asked.put(name, api.ask(address, "/primary")));
    Map<String, RestApi.Reply> replies = new LinkedHashMap<>();
    for (Map.Entry<String, Future<RestApi.Reply>> question : asked.entrySet()) {
      replies.put(question.getKey(), reply(question.getValue()));
    }
    return replies;
  }

  /// Learns names and addresses from the first of the configured members that answers.
  private void discover(RestApi api) throws InterruptedException {
    List<JsonObject> clusters = clusters(api, settings.addresses());
    if (!clusters.isEmpty()) {
      view = new RestRound(Map.of(), clusters, null).after(view).view();
    }
  }

  private List<StoreAddress> speakers(Map<String, RestApi.Reply> primaries) {
    List<StoreAddress> speakers = new ArrayList<>();
    known()
        .forEach((name, address) -> {
          RestApi.Reply reply = primaries.get(name);
          if (reply != null && reply.status() != 0) {
            speakers.add(reply.status() == 200 ? 0 : speakers.size(), address);
          }
        });
    for (StoreAddress address : settings.addresses()) {
      if (speakers.isEmpty()) { // everybody known has gone: ask again those who were written down
        speakers.add(address);
      }
    }
    return speakers;
  }

  private static List<StoreAddress> first(List<StoreAddress> all) {
    return all.subList(0, Math.min(1, all.size()));
  }

  private static List<JsonObject> clusters(RestApi api, List<StoreAddress> members)
      throws InterruptedException {
    List<Future<RestApi.Reply>> asked = new ArrayList<>();
    members.forEach(address -> asked.add(api.ask(address, "/cluster")));
    List<JsonObject> clusters = new ArrayList<>();
    for (Future<RestApi.Reply> question : asked) {
      RestApi.Reply reply = reply(question);
      if (reply.isOk() && reply.body() != null) {
        clusters.add(reply.body());
      }
    }
    return clusters;
  }

  private static @Nullable JsonObject config(RestApi api, List<StoreAddress> members)
      throws InterruptedException {
    RestApi.Reply reply = reply(api.ask(members.getFirst(), "/config"));
    return reply.isOk() ? reply.body() : null;
  }

  static RestApi.Reply reply(Future<RestApi.Reply> question) throws InterruptedException {
    try {
      return question.get();
    } catch (ExecutionException e) { // a mistake of ours or of the library
      return new RestApi.Reply(0, null, ForeignText.oneLine(String.valueOf(e.getCause())));
    }
  }

  /// Once for each doubt, and once when it is over.
  private void complain(String doubt, Map<String, RestApi.Reply> primaries) {
    if (doubt.equals(lastComplaint)) {
      return;
    }
    lastComplaint = doubt;
    if (doubt.isEmpty()) {
      LOG.info("Patroni REST answers cluster={}", cluster);
    } else {
      List<String> reasons = new ArrayList<>();
      primaries.forEach((name, reply) ->
          reasons.add(name + ": " + (reply.status() == 0 ? reply.failure() : "" + reply.status())));
      LOG.warn("Patroni REST cluster={} {} ({})", cluster, doubt, String.join("; ", reasons));
    }
  }
}
