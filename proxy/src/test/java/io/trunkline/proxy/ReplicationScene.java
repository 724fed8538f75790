package io.trunkline.proxy;

import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.ReplicationClient;
import io.trunkline.proxy.rig.Setup;
import io.trunkline.proxy.rig.TestProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// A proxy in transaction mode before a server of some version, a table whose changes are told, and
/// a name for a slot. At its end no walsender may be left.
final class ReplicationScene implements AutoCloseable {
  static final Duration SOON = Duration.ofSeconds(15);
  private static final AtomicInteger NAMES = new AtomicInteger();

  final Postgres postgres;
  final String slot = "slot_" + NAMES.incrementAndGet();
  private final TestProxy proxy;

  ReplicationScene(int version) throws IOException {
    postgres = Postgres.shared(version);
    proxy = TestProxy.start(setup());
    postgres.run("DROP TABLE IF EXISTS told", "CREATE TABLE told (word text)");
  }

  Setup setup() {
    return Setup.transaction().behind(postgres.app());
  }

  Endpoint app() {
    return proxy.endpoint();
  }

  /// A user who may replicate.
  Endpoint repl() {
    return app().as("repl", "repl");
  }

  ReplicationClient physical() throws IOException {
    return ReplicationClient.physical(repl());
  }

  ReplicationClient logical() throws IOException {
    return ReplicationClient.logical(repl());
  }

  /// A client that streams the changes of a new slot.
  ReplicationClient decoding() throws IOException {
    ReplicationClient client = logical();
    client.command(createSlot());
    client.start(startDecoding());
    return client;
  }

  String createSlot() {
    return "CREATE_REPLICATION_SLOT %s LOGICAL test_decoding".formatted(slot);
  }

  String startDecoding() {
    return "START_REPLICATION SLOT \"%s\" LOGICAL 0/0 (\"include-xids\" '0')".formatted(slot);
  }

  void tell(String word) throws IOException {
    postgres.run("INSERT INTO told VALUES ('" + word + "')");
  }

  String value(String sql) throws IOException {
    return postgres.value(sql);
  }

  void sleeps() {
    String sleepers = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    Await.until(SOON, "it sleeps", () -> value(sleepers).equals("1"));
  }

  void isFree() {
    String left =
        "SELECT (SELECT count(*) FROM pg_stat_replication)"
            + " + (SELECT count(*) FROM pg_replication_slots WHERE active)"
            + " + (SELECT count(*) FROM pg_stat_activity WHERE usename = 'repl')";
    Await.until(SOON, "no walsender is left, no slot in use", () -> value(left).equals("0"));
  }

  @Override
  public void close() throws IOException {
    proxy.close();
    isFree(); // else the next test would find it
    postgres.run(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots",
        "DROP PUBLICATION IF EXISTS news");
  }
}
