package io.trunkline.proxy.crosstalk;

import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Terminates one server process after the other, chosen by chance.
final class Chaos {
  private static final String TERMINATE =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'"
          + " AND backend_type = 'client backend' ORDER BY random() LIMIT 1";

  private final CountDownLatch end = new CountDownLatch(1);
  private final long everyMillis;
  private final Tally tally;

  Chaos(long everyMillis, Tally tally) {
    this.everyMillis = everyMillis;
    this.tally = tally;
  }

  void reign() {
    try (RawClient admin = RawClient.login(Postgres.shared().admin())) {
      while (!end.await(everyMillis, TimeUnit.MILLISECONDS)) {
        Answer answer = admin.query(TERMINATE);
        if (answer.column().contains("t")) {
          tally.count("terminated");
        }
      }
    } catch (IOException | InterruptedException e) {
      tally.fail(e);
    }
  }

  void end() {
    end.countDown();
  }
}
