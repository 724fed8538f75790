package io.trunkline.proxy;

import static io.trunkline.proxy.MovingScene.SOON;
import static io.trunkline.proxy.MovingScene.WRITES;
import static io.trunkline.proxy.rig.Frontend.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// A commit that waits for a standby is there already, whatever ends the wait: it must not be
/// executed anew.
class SynchronousCommitIT {
  private static final Duration AWHILE = Duration.ofMillis(300);
  private static final String WAITS = " FROM pg_stat_activity WHERE wait_event = 'SyncRep'";

  private int last;

  /// The server says 57P01, but as a warning: its DETAIL is that the transaction has committed.
  @Test
  void commitWaitsForStandby_serverProcessTerminated_outcomeIsUnknownAndNothingIsRepeated()
      throws Exception {
    try (MovingScene scene = new MovingScene(2);
        RawClient client = scene.login(WRITES)) {
      scene.primary().execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
      scene.primary().execute("SELECT pg_reload_conf()");
      Await.until(SOON, "a commit waits", () -> !isAnswered(client)); // the reload takes a moment
      String count = "SELECT count(*)";
      Await.until(SOON, "for a standby", () -> scene.primary().query(count + WAITS).equals("1"));
      scene.primary().query("SELECT pg_terminate_backend(pid)" + WAITS);
      Answer answer = new Answer(client.receiveUntil('E'));
      assertThat(answer.sqlState()).as("%s", answer).isEqualTo("08007");
      String there = count + " FROM t WHERE id = " + last;
      Await.until(SOON, "it is there", () -> scene.primary().query(there).equals("1"));
    }
  }

  private boolean isAnswered(RawClient client) throws IOException {
    last++;
    client.send(query("INSERT INTO t VALUES (%d)".formatted(last)));
    boolean answered = client.poll(AWHILE).isPresent();
    if (answered) {
      client.receiveUntilReady();
    }
    return answered;
  }
}
