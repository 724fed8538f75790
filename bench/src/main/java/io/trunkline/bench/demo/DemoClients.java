package io.trunkline.bench.demo;

import io.trunkline.bench.demo.DemoClient.Order;
import io.trunkline.protocol.NanoTime;
import java.util.ArrayList;
import java.util.List;

/// The clients that run while the viewer looks: a few that write, a few that read.
final class DemoClients implements AutoCloseable {
  private static final int PER_PORT = 3;

  private final List<DemoClient> clients = new ArrayList<>();
  private final NanoTime clock;
  private final ClientTally writes;
  private final ClientTally reads;

  private DemoClients(NanoTime clock) {
    this.clock = clock;
    this.writes = new ClientTally(clock.now());
    this.reads = new ClientTally(clock.now());
  }

  /// What must be in the database before [#start(DemoPorts, NanoTime)].
  static String schema() {
    return """
    CREATE TABLE tally (client int PRIMARY KEY, n bigint NOT NULL) WITH (fillfactor = 50);
    INSERT INTO tally SELECT client, 0 FROM generate_series(1, %d) AS client;
    """
        .formatted(PER_PORT);
  }

  static DemoClients start(DemoPorts ports, NanoTime clock) {
    DemoClients all = new DemoClients(clock);
    for (int i = 1; i <= PER_PORT; i++) {
      all.start(new Order("writer-" + i, i, ports.writes(), write(i)), all.writes);
      all.start(new Order("reader-" + i, i, ports.reads(), read(i)), all.reads);
    }
    return all;
  }

  private static String write(int client) {
    return "UPDATE tally SET n = n + 1 WHERE client = %d RETURNING inet_server_port(), n"
        .formatted(client);
  }

  private static String read(int client) {
    return "SELECT inet_server_port(), n FROM tally WHERE client = %d".formatted(client);
  }

  private void start(Order order, ClientTally tally) {
    clients.add(DemoClient.start(order, tally, clock));
  }

  /// Something is about to happen: what is noticed counts anew from here.
  void mark() {
    writes.mark();
    reads.mark();
  }

  ClientReport writes() {
    return writes.report(clock.now());
  }

  ClientReport reads() {
    return reads.report(clock.now());
  }

  @Override
  public void close() {
    clients.forEach(DemoClient::close);
  }
}
