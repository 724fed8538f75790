package io.trunkline.proxy.session;

import io.trunkline.protocol.EventLoopConfined;

/// Hot path. What the clients of one database and one server user have done on one event loop,
/// since the start: plain counters that only their loop writes. Whoever wants to see them asks that
/// loop for a [#copy].
///
/// The names are those of PgBouncer's `SHOW STATS`; times are in nanoseconds here.
@EventLoopConfined
public final class Traffic {

  /// Whose doings are counted together.
  ///
  /// @param database by the name clients use
  /// @param user the user on the server
  public record Key(String database, String user) {}

  long assignments;
  long transactions;
  long queries;
  long clientBytes;
  long serverBytes;
  long transactionNanos;
  long queryNanos;
  long waitNanos;
  long clientParses;
  long serverParses;
  long binds;
  long logins;

  /// The counters at one moment.
  ///
  /// @param assignments servers given to clients
  /// @param clientBytes bytes clients have sent
  /// @param serverBytes bytes clients were sent
  /// @param waitNanos time clients wanted a server and had none
  /// @param clientParses statements clients have prepared by message
  /// @param serverParses statements prepared on servers for them
  public record Counts(
      long assignments,
      long transactions,
      long queries,
      long clientBytes,
      long serverBytes,
      long transactionNanos,
      long queryNanos,
      long waitNanos,
      long clientParses,
      long serverParses,
      long binds,
      long logins) {
    public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// What commands of the console come to: each is a query, and a transaction.
    public static Counts ofCommands(long count) {
      return new Counts(0, count, count, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    public Counts plus(Counts other) {
      return combined(other, 1);
    }

    public Counts minus(Counts other) {
      return combined(other, -1);
    }

    private Counts combined(Counts other, int sign) {
      return new Counts(
          assignments + sign * other.assignments,
          transactions + sign * other.transactions,
          queries + sign * other.queries,
          clientBytes + sign * other.clientBytes,
          serverBytes + sign * other.serverBytes,
          transactionNanos + sign * other.transactionNanos,
          queryNanos + sign * other.queryNanos,
          waitNanos + sign * other.waitNanos,
          clientParses + sign * other.clientParses,
          serverParses + sign * other.serverParses,
          binds + sign * other.binds,
          logins + sign * other.logins);
    }
  }

  Counts copy() {
    return new Counts(
        assignments,
        transactions,
        queries,
        clientBytes,
        serverBytes,
        transactionNanos,
        queryNanos,
        waitNanos,
        clientParses,
        serverParses,
        binds,
        logins);
  }
}
