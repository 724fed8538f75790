package io.trunkline.proxy.rig;

import java.io.IOException;

/// An innocent client that is there all the time: whatever is done to the proxy, it keeps its
/// session and others can still come.
public final class Bystander implements AutoCloseable {
  private final Endpoint endpoint;
  private final RawClient client;
  private int asked;

  public Bystander(Endpoint endpoint) throws IOException {
    this.endpoint = endpoint;
    this.client = RawClient.login(endpoint);
    client.query("SET application_name = 'bystander'");
  }

  /// Fails when it, or a newcomer, notices anything.
  public void isUnharmed() throws IOException {
    asked++;
    expect(
        client.query("SELECT current_setting('application_name') || " + asked),
        "bystander" + asked);
    try (RawClient newcomer = RawClient.login(endpoint)) {
      expect(newcomer.query("SELECT 'newcomer'"), "newcomer");
    }
  }

  private static void expect(Answer answer, String value) {
    if (!answer.column().equals(java.util.List.of(value))) {
      throw new AssertionError("the bystander expected " + value + " but got " + answer);
    }
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
