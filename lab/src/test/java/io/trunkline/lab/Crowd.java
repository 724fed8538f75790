package io.trunkline.lab;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Clients that work, and some that only stay connected, until they are told to stop.
final class Crowd implements AutoCloseable {
  private static final int WRITERS = 4;
  private static final int READERS = 4;
  private static final int IDLERS = 4;

  /// Between two pieces of work of one client: the lab is to be broken, not loaded.
  private static final long PAUSE_MILLIS = 20;

  private static final long RECONNECT_MILLIS = 50;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String address;
  private final Ledger ledger = new Ledger();
  private final Tally writes = new Tally();
  private final Tally reads = new Tally();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicInteger stuck = new AtomicInteger();
  private final List<Connection> idlers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  private Crowd(String address) {
    this.address = address;
  }

  /// @param ids the numbers not used yet
  static Crowd start(String address, AtomicLong ids) throws SQLException {
    Crowd crowd = new Crowd(address);
    for (int i = 0; i < IDLERS; i++) {
      Connection idler = Postgres.app(address, i % 2 == 0 ? Lab.WRITE_PORT : Lab.READ_PORT);
      Postgres.ask(idler, "SELECT 1");
      crowd.idlers.add(idler);
    }
    for (int i = 0; i < WRITERS; i++) {
      crowd.add(new Writer(ids, crowd.ledger, crowd.writes, i % 2 == 0 ? 1 : 2));
    }
    for (int i = 0; i < READERS; i++) {
      crowd.add(Reader.of(crowd.reads));
    }
    return crowd;
  }

  private void add(Client client) {
    threads.add(Thread.ofVirtual().start(() -> live(client)));
  }

  private void live(Client client) {
    Connection connection = null;
    try {
      while (!stopped.get()) {
        long begun = System.nanoTime();
        try {
          if (connection == null) {
            connection = Postgres.app(address, client.port());
          }
          client.work(connection);
          client.tally().success(begun);
          TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (SQLException e) {
          client.tally().error(String.valueOf(e.getSQLState()), String.valueOf(e.getMessage()));
          connection = usable(connection);
          TimeUnit.MILLISECONDS.sleep(RECONNECT_MILLIS);
        }
      }
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException | InterruptedException end) {
      // nobody waits for this client any more
    }
  }

  /// The same connection where an error has not ended it, after what was open is rolled back.
  private static Connection usable(Connection connection) {
    try {
      if (connection == null || connection.isClosed()) {
        return null;
      }
      if (!connection.getAutoCommit()) {
        connection.rollback();
      }
      return connection;
    } catch (SQLException e) {
      return null;
    }
  }

  Ledger ledger() {
    return ledger;
  }

  Tally writes() {
    return writes;
  }

  Tally reads() {
    return reads;
  }

  /// Lets everybody finish what they have begun.
  void stop() throws InterruptedException {
    writes.end();
    reads.end();
    stopped.set(true);
    for (Thread thread : threads) {
      if (!thread.join(PATIENCE)) {
        stuck.incrementAndGet();
        thread.interrupt();
      }
    }
  }

  /// Clients that got no answer at all.
  int stuck() {
    return stuck.get();
  }

  /// Why clients that did nothing in the meantime can no longer work; empty when they can.
  Optional<String> idlersTrouble() {
    for (Connection idler : idlers) {
      try {
        Postgres.ask(idler, "SELECT 1");
      } catch (SQLException e) {
        return Optional.of(e.getSQLState() + " " + e.getMessage());
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    stopped.set(true);
    threads.forEach(Thread::interrupt);
    for (Connection idler : idlers) {
      try {
        idler.close();
      } catch (SQLException alreadyGone) {
        // nothing is to be kept
      }
    }
  }
}
