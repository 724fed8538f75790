package io.trunkline.proxy.rig;

import java.io.IOException;
import java.time.Duration;

/// A connection of its own by which one knows whether PostgreSQL has crashed: when one of its
/// processes does, it ends all of them, and begins anew.
public final class CrashWitness implements AutoCloseable {
  private final Endpoint endpoint;
  private RawClient client;

  private CrashWitness(Endpoint endpoint, RawClient client) {
    this.endpoint = endpoint;
    this.client = client;
  }

  /// Logs in where PostgreSQL itself listens.
  public static CrashWitness at(Endpoint endpoint) throws IOException {
    return new CrashWitness(endpoint, RawClient.login(endpoint));
  }

  /// Whether PostgreSQL has crashed since this was last asked. If so, it serves again.
  public boolean sawCrash() throws IOException {
    try {
      client.query("SELECT 1");
      return false;
    } catch (ConnectionLost crash) {
      client.close();
      Await.until(Duration.ofSeconds(60), "PostgreSQL serves again", this::logsIn);
      return true;
    }
  }

  private boolean logsIn() throws IOException {
    try {
      client = RawClient.login(endpoint);
      return true;
    } catch (LoginRefused | ConnectionLost startingUp) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
