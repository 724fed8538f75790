package io.trunkline.proxy.pgbouncer;

import io.trunkline.proxy.pgbouncer.Pair.Side;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Tests that run beside Debian's PgBouncer (1.18), all of a class with one [Pair].
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OnPair {
  static final Duration SOON = Duration.ofSeconds(20);

  private final String options;
  Pair pair;

  /// @param options lines of the section `[pgbouncer]`
  OnPair(String options) {
    this.options = options;
  }

  @BeforeAll
  void startPair(@TempDir Path directory) throws IOException {
    pair = Pair.start(directory, options);
  }

  @AfterAll
  void stopPair() {
    if (pair != null) {
      pair.close();
    }
  }

  /// The file says again what holds.
  @AfterEach
  void reset() throws IOException {
    for (Side side : Side.values()) {
      pair.command(side, "RELOAD");
      pair.command(side, "RECONNECT");
    }
  }

  RawClient app(Side side) throws IOException {
    return RawClient.login(pair.at(side, "app", "app")).patience(SOON);
  }
}
