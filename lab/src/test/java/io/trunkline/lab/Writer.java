package io.trunkline.lab;

import io.trunkline.lab.Ledger.Acknowledged;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// A client that writes rows with numbers nobody else has.
final class Writer implements Client {

  /// Without a unique constraint: a row that is there twice was written twice.
  static final String TABLE =
      """
      CREATE TABLE IF NOT EXISTS writes
        (id bigint NOT NULL, server inet DEFAULT inet_server_addr(),
         at timestamptz DEFAULT clock_timestamp())
      """;

  private static final String INSERT =
      """
      INSERT INTO writes (id) VALUES (?)
      RETURNING host(inet_server_addr()),
        ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::bigint,
        (pg_current_wal_insert_lsn() - '0/0')::bigint
      """;

  /// The server's word that it has executed nothing of a statement outside of transactions: in
  /// recovery, not accepting connections, too many of them, no pooled connection in time.
  private static final Set<String> REFUSALS = Set.of("25006", "57P03", "53300", "08001", "08004");

  private final AtomicLong ids;
  private final Ledger ledger;
  private final Tally tally;
  private final int rows;

  /// @param rows of a transaction; 1 is a statement without one
  Writer(AtomicLong ids, Ledger ledger, Tally tally, int rows) {
    this.ids = ids;
    this.ledger = ledger;
    this.tally = tally;
    this.rows = rows;
  }

  @Override
  public int port() {
    return Lab.WRITE_PORT;
  }

  @Override
  public Tally tally() {
    return tally;
  }

  @Override
  public void work(Connection connection) throws SQLException {
    long first = ids.getAndAdd(rows);
    List<Acknowledged> written = new ArrayList<>();
    try {
      connection.setAutoCommit(rows == 1);
      for (int i = 0; i < rows; i++) {
        written.add(insert(connection, first + i));
      }
      if (rows > 1) {
        connection.commit();
      }
    } catch (SQLException e) {
      for (long id = first; id < first + rows; id++) {
        note(id, e);
      }
      throw e;
    }
    long ended = System.nanoTime();
    written.forEach(row ->
        ledger.acknowledge(
            new Acknowledged(
                row.id(), row.server(), row.timeline(), row.position(), row.begun(), ended)));
  }

  private static Acknowledged insert(Connection connection, long id) throws SQLException {
    long begun = System.nanoTime();
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setLong(1, id);
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return new Acknowledged(
            id, row.getString(1), row.getLong(2), row.getLong(3), begun, System.nanoTime());
      }
    }
  }

  private void note(long id, SQLException e) {
    if (e.getSQLState() != null && REFUSALS.contains(e.getSQLState())) {
      ledger.refuse(id);
    } else {
      ledger.doubt(id);
    }
  }
}
