package io.trunkline.proxy.drivers;

import io.trunkline.embedded.EmbeddedCluster;

/// PostgreSQL with nothing in front of it: what fails here is the trial's own mistake.
public final class DirectEndpoint implements Endpoint {
  private final int primary;
  private final int standby;

  public DirectEndpoint(EmbeddedCluster cluster) {
    this.primary = cluster.primary().port();
    this.standby = cluster.member(cluster.standbyNames().getFirst()).port();
  }

  @Override
  public int port(Mode mode) {
    return mode == Mode.REPLICA ? standby : primary;
  }

  @Override
  public boolean deals(Mode mode) {
    return false;
  }

  @Override
  public boolean keepsEverything(Mode mode) {
    return true;
  }

  @Override
  public void close() {}
}
