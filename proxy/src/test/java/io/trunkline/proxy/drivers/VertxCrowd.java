package io.trunkline.proxy.drivers;

import static io.trunkline.proxy.drivers.VertxTrial.await;

import io.vertx.pgclient.PgConnection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/// Other clients that begin and end transactions, so that a pool must deal its servers anew.
final class VertxCrowd implements AutoCloseable {
  private final Random random = new Random(42);
  private final List<PgConnection> connections = new ArrayList<>();
  private final Set<PgConnection> open = new HashSet<>();

  VertxCrowd(VertxChecks session) throws ExecutionException, InterruptedException {
    for (int i = 0; i < 3; i++) {
      connections.add(session.connect());
    }
  }

  void shift() throws ExecutionException, InterruptedException {
    PgConnection connection = connections.get(random.nextInt(3));
    boolean begin = !open.remove(connection) && open.add(connection);
    await(connection.query(begin ? "begin" : "commit").execute());
  }

  @Override
  public void close() {
    connections.forEach(PgConnection::close);
  }
}
