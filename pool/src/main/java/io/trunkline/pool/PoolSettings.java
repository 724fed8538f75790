package io.trunkline.pool;

import io.trunkline.settings.ByteSize;
import io.trunkline.settings.Checked;
import io.trunkline.settings.Defaults;
import io.trunkline.settings.Partial;
import io.trunkline.settings.Problem;
import io.trunkline.settings.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// How one pool (member, database and user) behaves: its bounds, the life of its server connections
/// and how long anybody may take. Every timeout of zero is off. Clients of one member, database and
/// user to whom different settings apply are served by different pools; see [#ofServers].
public record PoolSettings(
    @Setting(
            value = "Server connections one pool may have.",
            byDefault = "20",
            atLeast = "1",
            atMost = "100000")
        int size,
    @Setting(
            value = "Server connections a pool that has clients keeps open, used or not.",
            byDefault = "0",
            atMost = "100000")
        int minSize,
    @Setting(
            value = "Server connections above `size` for clients that waited `reserve_delay`.",
            byDefault = "0",
            atMost = "100000")
        int reserveSize,
    @Setting(value = "How long a client waits before it may use the reserve.", byDefault = "5s")
        Duration reserveDelay,
    @Setting(
            value =
                "No server connection is opened while one database has so many over all its pools;"
                    + " 0 is no limit.",
            byDefault = "0")
        int maxDbConnections,
    @Setting(
            value =
                "No server connection is opened while one user has so many over all its pools; 0 is"
                    + " no limit.",
            byDefault = "0")
        int maxUserConnections,
    @Setting(
            value = "Connection attempts under way at once in one pool.",
            byDefault = "4",
            atLeast = "1",
            atMost = "1000")
        int connectParallel,
    @Setting(
            value = "Time to connect and log in to a server.",
            byDefault = "5s",
            atLeast = "1ms",
            atMost = "10m")
        Duration connectTimeout,
    @Setting(
            value = "Pause after a server could not be connected or logged in to.",
            byDefault = "1s",
            atLeast = "10ms",
            atMost = "10m")
        Duration loginRetry,
    @Setting(
            value =
                "Age at which a server connection is closed once it is idle, spread so that not all"
                    + " close together; 0 is no limit.",
            byDefault = "1h")
        Duration serverLifetime,
    @Setting(
            value = "Close a server connection unused for this long; 0 keeps it.",
            byDefault = "10m")
        Duration serverIdleTimeout,
    @Setting(
            value =
                "A server connection idle for longer than this is asked `check_query` before it is"
                    + " used again, for at most `connect_timeout`; 0 is never.",
            byDefault = "30s")
        Duration checkDelay,
    @Setting("What an idle server connection is asked; the empty query is the cheapest.")
        String checkQuery,
    @Setting(
            value =
                "Use server connections in turn; false uses the one used last, so that those not"
                    + " needed grow idle and close.",
            byDefault = "false")
        boolean roundRobin,
    @Setting(
            value =
                "Prepared statements kept on one server connection for all clients, the least"
                    + " recently used leaving first; 0 passes them through untouched.",
            byDefault = "200",
            atMost = "100000")
        int preparedStatements,
    @Setting(
            value = "What cleans a server connection after a client's session.",
            byDefault = "DISCARD ALL")
        String resetQuery,
    @Setting(
            value = "Run `reset_query` after every lease, not only in session mode.",
            byDefault = "false")
        boolean resetAlways,
    @Setting(
            value =
                "How long a client waits for a server connection before it gets an error, and for"
                    + " one that does not answer what it is asked between transactions; 0 is no"
                    + " limit.",
            byDefault = "120s")
        Duration queryWaitTimeout,
    @Setting(
            value =
                "How long a client waits, for a server connection or for a member, before a NOTICE"
                    + " tells it what for; 0 is never.",
            byDefault = "5s")
        Duration queryWaitNotify,
    @Setting(value = "How long one query may run; 0 is no limit.", byDefault = "0")
        Duration queryTimeout,
    @Setting(value = "How long one transaction may last; 0 is no limit.", byDefault = "0")
        Duration transactionTimeout,
    @Setting(
            value = "How long a client may do nothing inside a transaction; 0 is no limit.",
            byDefault = "0")
        Duration idleInTransactionTimeout,
    @Setting(
            value = "How long a client may do nothing outside a transaction; 0 is no limit.",
            byDefault = "0")
        Duration clientIdleTimeout,
    @Setting(
            value =
                "Send a statement to another server when its own has gone away and certainly has"
                    + " not executed it; in transaction and statement mode.",
            byDefault = "true")
        boolean resend,
    @Setting(
            value = "How long a cancel request may wait for its own server connection.",
            byDefault = "10s",
            atLeast = "1ms")
        Duration cancelWaitTimeout,
    @Setting(
            value =
                "Whether clients may send simple queries; one that does although it may not is"
                    + " closed.",
            byDefault = "true")
        boolean simpleQueries,
    @Setting(
            value =
                "The longest message, header and all, that is let through, from a client or from"
                    + " its server: a query, a row, a piece of COPY data; a longer one costs the"
                    + " client its connection.",
            byDefault = "1GiB",
            atLeast = "1KiB",
            atMost = "1GiB")
        ByteSize maxMessageBytes,
    @Setting(
            value =
                "At the console's RECONNECT, close sessions that keep their server and are in no"
                    + " transaction, instead of waiting until they end.",
            byDefault = "false")
        boolean fastClose)
    implements Checked {

  public static PoolSettings defaults() {
    return Defaults.of(PoolSettings.class);
  }

  /// These settings with some of them replaced.
  public PoolSettings with(Partial<PoolSettings> override) {
    return override.over(this);
  }

  /// The same for a pool of no more than `max` server connections, with no reserve and none that
  /// are kept open unused.
  public PoolSettings boundedBy(int max) {
    return new Partial<>(PoolSettings.class, Map.of())
        .with("size", Math.min(size, max))
        .with("min_size", 0)
        .with("reserve_size", 0)
        .over(this);
  }

  /// What of this makes a pool what it is; the time each client may take is left out. Clients to
  /// whom these settings are the same may share server connections.
  public PoolSettings ofServers() {
    return new PoolSettings(
        size,
        minSize,
        reserveSize,
        reserveDelay,
        maxDbConnections,
        maxUserConnections,
        connectParallel,
        connectTimeout,
        loginRetry,
        serverLifetime,
        serverIdleTimeout,
        checkDelay,
        checkQuery,
        roundRobin,
        preparedStatements,
        resetQuery,
        resetAlways,
        Duration.ZERO,
        Duration.ZERO,
        Duration.ZERO,
        Duration.ZERO,
        Duration.ZERO,
        Duration.ZERO,
        true,
        cancelWaitTimeout,
        true,
        ByteSize.ZERO,
        false);
  }

  @Override
  public List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    if (minSize > size) {
      problems.add(new Problem("min_size", Integer.toString(minSize), "at most size, " + size));
    }
    if (maxDbConnections > 0 && minSize > maxDbConnections) {
      problems.add(
          new Problem(
              "min_size",
              Integer.toString(minSize),
              "at most max_db_connections, " + maxDbConnections));
    }
    if (maxUserConnections > 0 && minSize > maxUserConnections) {
      problems.add(
          new Problem(
              "min_size",
              Integer.toString(minSize),
              "at most max_user_connections, " + maxUserConnections));
    }
    if (resetAlways && resetQuery.isEmpty()) {
      problems.add(new Problem("reset_always", "true", "false while reset_query is empty"));
    }
    return problems;
  }
}
