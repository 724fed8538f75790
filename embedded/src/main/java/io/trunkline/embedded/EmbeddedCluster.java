package io.trunkline.embedded;

import io.trunkline.embedded.ClusterOptions.Slots;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One primary and its standbys, `pg1`, `pg2`, …, with real streaming replication; it can lose its
/// primary, promote another member and take a lost one back.
///
/// Nothing here happens by itself: a killed primary leaves the cluster without one until somebody
/// calls [#failOver()] or [#promote(String)]. Safe for use by many threads; the methods that change
/// roles exclude each other.
public final class EmbeddedCluster implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedCluster.class);

  private final Map<String, EmbeddedServer> members = new LinkedHashMap<>();
  private final Slots slots;
  private volatile String primary = name(1);

  private EmbeddedCluster(Slots slots) {
    this.slots = slots;
  }

  /// Makes a cluster of the newest PostgreSQL with all defaults.
  public static EmbeddedCluster create(int members) throws IOException, SQLException {
    return create(ClusterOptions.members(members));
  }

  /// Makes a new cluster; all members run and all standbys stream when this returns.
  public static EmbeddedCluster create(ClusterOptions options) throws IOException, SQLException {
    return create(options, _ -> {});
  }

  /// The same for those who wait.
  ///
  /// @param progress told what is about to be done, step by step; whatever it throws ends it all,
  ///   and nothing is left behind
  public static EmbeddedCluster create(ClusterOptions options, Consumer<String> progress)
      throws IOException, SQLException {
    EmbeddedCluster cluster = new EmbeddedCluster(options.slots());
    int version = options.server().version();
    try {
      if (!PostgresBinaries.isUnpacked(version)) {
        progress.accept("unpacking PostgreSQL %d, once".formatted(version));
      }
      PostgresBinaries.home(version);
      progress.accept(name(1) + ", the primary");
      cluster.members.put(name(1), EmbeddedServer.create(options.server()));
      for (int i = 2; i <= options.members(); i++) {
        progress.accept(name(i) + ", a standby");
        cluster.members.put(name(i), new EmbeddedServer(options.server()));
        cluster.rejoin(name(i));
      }
      cluster.awaitCaughtUp();
    } catch (IOException | SQLException | RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  private static String name(int number) {
    return "pg" + number;
  }

  /// All names, in order of creation.
  public List<String> names() {
    return List.copyOf(members.keySet());
  }

  /// The server of that name.
  ///
  /// @throws IllegalArgumentException when there is no such member
  public EmbeddedServer member(String name) {
    EmbeddedServer server = members.get(name);
    if (server == null) {
      throw new IllegalArgumentException("no member " + name + " among " + members.keySet());
    }
    return server;
  }

  /// The member that was last made primary; it may have been killed since.
  public String primaryName() {
    return primary;
  }

  public EmbeddedServer primary() {
    return member(primary);
  }

  /// All other members that run, a primary of the past too if nobody stopped it.
  public List<String> standbyNames() {
    String leader = primary;
    return names().stream()
        .filter(name -> !name.equals(leader) && member(name).isRunning())
        .toList();
  }

  /// Kills all processes of a member at once.
  public synchronized void kill(String name) throws IOException {
    member(name).kill();
  }

  /// Makes a standby the primary and lets the other standbys follow it; one that had received more
  /// than the new primary is copied anew. A former primary that still runs is left alone: then
  /// there are two, as there would be in life.
  public synchronized void promote(String name) throws IOException, SQLException {
    EmbeddedServer next = member(name);
    String reached = received(next);
    List<String> ahead = new ArrayList<>();
    List<String> followers = new ArrayList<>();
    for (String other : standbyNames()) {
      EmbeddedServer server = member(other);
      if (!other.equals(name) && isStandby(server)) {
        (isAfter(server, received(server), reached) ? ahead : followers).add(other);
      }
    }
    next.promote();
    primary = name;
    next.follow(Map.of());
    log.info("{} is the primary", name);
    for (String follower : followers) {
      member(follower).follow(replication(follower));
    }
    for (String stray : ahead) {
      rejoin(stray);
    }
  }

  /// Promotes the standby that has received most. Returns its name.
  ///
  /// @throws IllegalStateException when no standby runs
  public synchronized String failOver() throws IOException, SQLException {
    @Nullable String best = null;
    String reached = "0/0";
    for (String name : standbyNames()) {
      EmbeddedServer server = member(name);
      if (isStandby(server) && (best == null || isAfter(server, received(server), reached))) {
        best = name;
        reached = received(server);
      }
    }
    if (best == null) {
      throw new IllegalStateException("no standby runs that could become primary");
    }
    promote(best);
    return best;
  }

  /// Changes the primary without loss: the old one stops, hands over all its WAL, and comes back as
  /// a standby.
  public synchronized void switchOver(String name) throws IOException, SQLException {
    if (name.equals(primary)) {
      return;
    }
    awaitCaughtUp();
    String former = primary;
    member(former).stop();
    promote(name);
    member(former).demote();
    member(former).follow(replication(former));
    member(former).start();
    dropSlots(member(former));
  }

  /// Makes a member, running or not, a standby of the present primary, from a new copy of its
  /// files.
  public synchronized void rejoin(String name) throws IOException, SQLException {
    if (name.equals(primary)) {
      throw new IllegalArgumentException(name + " is the primary");
    }
    EmbeddedServer server = member(name);
    server.copy(primary());
    server.follow(replication(name));
    server.start();
    log.info("{} follows {}", name, primary);
  }

  private Map<String, String> replication(String name) throws SQLException {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("primary_conninfo", primary().connectionInfo(name));
    settings.put("recovery_target_timeline", "latest");
    if (slots == Slots.PHYSICAL) {
      primary()
          .execute(
              ("SELECT pg_create_physical_replication_slot('%1$s') WHERE NOT EXISTS"
                      + " (SELECT FROM pg_replication_slots WHERE slot_name = '%1$s')")
                  .formatted(name));
      settings.put("primary_slot_name", name);
    }
    return settings;
  }

  /// A standby's own slots, from when it was primary, would keep WAL for ever.
  private static void dropSlots(EmbeddedServer server) throws SQLException {
    server.execute(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
            + " WHERE slot_type = 'physical' AND NOT active");
  }

  /// Waits until every running standby has replayed all that the primary has written by now.
  public void awaitCaughtUp() throws IOException, SQLException {
    String written = primary().query("SELECT pg_current_wal_lsn()");
    for (String name : standbyNames()) {
      EmbeddedServer standby = member(name);
      Waiting.until(name + " has replayed " + written, () -> hasReplayed(standby, written));
    }
  }

  private static boolean hasReplayed(EmbeddedServer standby, String lsn) throws IOException {
    try {
      return standby
          .query("SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= '" + lsn + "'")
          .equals("t");
    } catch (SQLException e) {
      throw new IOException(standby + " does not answer", e);
    }
  }

  private static boolean isStandby(EmbeddedServer server) throws SQLException {
    return server.query("SELECT pg_is_in_recovery()").equals("t");
  }

  private static String received(EmbeddedServer standby) throws SQLException {
    return standby.query("SELECT greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())");
  }

  private static boolean isAfter(EmbeddedServer anyone, String lsn, String other)
      throws SQLException {
    return anyone.query("SELECT pg_lsn '%s' > pg_lsn '%s'".formatted(lsn, other)).equals("t");
  }

  @Override
  public synchronized void close() throws IOException {
    IOException failure = null;
    for (EmbeddedServer server : members.values()) {
      try {
        server.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
