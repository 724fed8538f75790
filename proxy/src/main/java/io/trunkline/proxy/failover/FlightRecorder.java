package io.trunkline.proxy.failover;

import io.trunkline.protocol.NanoTime;
import io.trunkline.routing.Member;
import io.trunkline.routing.Topology;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Keeps the last failovers of every cluster: what came when, and what clients noticed of it. Told
/// of each topology in order, before anything is done about it. Thread-safe; nothing of it is on
/// the road but for clients that wait or are told of a loss.
public final class FlightRecorder {
  /// How many are kept.
  static final int FLIGHTS_MAX = 64;

  /// What clients notice for so long after the end counts as well.
  private static final long AFTER_NANOS = 30_000_000_000L;

  private final InstantSource instants;
  private final NanoTime clock;
  private final BiConsumer<String, Long> mark;
  private final Deque<Flight> flights = new ArrayDeque<>();
  private final Map<String, Track> tracks = new HashMap<>();
  private long lastId;

  /// One cluster.
  private static final class Track {
    private @Nullable String leader;
    private @Nullable Flight open;
    private @Nullable Flight last;
    private long endedNanos;
  }

  /// @param mark told the cluster and the id of each failover when writes are let go again
  public FlightRecorder(InstantSource instants, NanoTime clock, BiConsumer<String, Long> mark) {
    this.instants = instants;
    this.clock = clock;
    this.mark = mark;
  }

  /// Takes note of the next topology of a cluster.
  public void onTopology(Topology now) {
    Long resumed = note(now);
    if (resumed != null) {
      mark.accept(now.cluster(), resumed);
    }
  }

  private synchronized @Nullable Long note(Topology now) {
    Track track = tracks.computeIfAbsent(now.cluster(), _ -> new Track());
    Member member = now.leader();
    String leader = member == null ? null : member.name();
    boolean writable = leader != null && now.drain().isEmpty();
    String before = track.leader;
    if (track.open == null && before != null && !(writable && before.equals(leader))) {
      track.open = begin(now, before);
    }
    if (writable) {
      track.leader = leader;
    }
    Flight flight = track.open;
    return flight == null ? null : follow(track, flight, now, leader);
  }

  private Flight begin(Topology now, String leader) {
    String reason = now.drain().isEmpty() ? now.reason() : now.drain();
    var flight =
        new Flight(++lastId, now.cluster(), instants.instant(), clock.now(), leader, reason);
    flights.addLast(flight);
    if (flights.size() > FLIGHTS_MAX) {
      flights.removeFirst();
    }
    return flight;
  }

  private @Nullable Long follow(Track track, Flight flight, Topology now, @Nullable String leader) {
    long nanos = clock.now();
    if (leader == null) {
      flight.onNoLeader(nanos, now.reason());
      return null;
    }
    flight.onLeader(nanos, leader);
    if (!now.drain().isEmpty()) {
      flight.onDrain(nanos);
      return null;
    }
    flight.onResumed(nanos);
    track.open = null;
    track.last = flight;
    track.endedNanos = nanos;
    return flight.id;
  }

  /// A client has waited so long for somebody to lead.
  public void held(String cluster, long nanos) {
    Flight flight = current(cluster);
    if (flight != null) {
      flight.onHeld(nanos);
    }
  }

  /// A client was told that its server is gone, or that there is none.
  public void told(String cluster, String sqlState) {
    Flight flight = current(cluster);
    if (flight != null) {
      flight.onError(sqlState);
    }
  }

  private synchronized @Nullable Flight current(String cluster) {
    Track track = tracks.get(cluster);
    if (track == null) {
      return null;
    }
    boolean justEnded = track.last != null && clock.now() - track.endedNanos < AFTER_NANOS;
    return track.open != null || !justEnded ? track.open : track.last;
  }

  /// The last ones, the newest first.
  ///
  /// @param writes what was written around each, by its id
  public synchronized List<FlightReport> reports(Map<Long, Writes> writes) {
    List<FlightReport> reports = new ArrayList<>();
    flights.descendingIterator().forEachRemaining(flight -> reports.add(report(flight, writes)));
    return reports;
  }

  private static FlightReport report(Flight flight, Map<Long, Writes> writes) {
    return flight.report(writes.get(flight.id));
  }
}
