package io.trunkline.proxy.session;

import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/// Clients and guests of the console come and go on all loops: never one too many, and none refused
/// while there is room.
public class ClientLimitsLincheckTest {
  private static final int MAX = 1;

  private final ClientLimits limits = new ClientLimits();

  @Operation
  public boolean enter() {
    return limits.enter(MAX);
  }

  @Operation
  public void leave() {
    limits.leave();
  }

  @Operation
  public boolean enterConsole() {
    return limits.enterConsole(MAX);
  }

  @Operation
  public void leaveConsole() {
    limits.leaveConsole();
  }

  @Operation
  public int connected() {
    return limits.connected();
  }

  @Operation
  public boolean enterDatabase() {
    return limits.enterDatabase("d", MAX);
  }

  @Operation
  public void leaveDatabase() {
    limits.leaveDatabase("d");
  }

  @Operation
  public int ofDatabase() {
    return limits.ofDatabase("d");
  }

  @Test
  void limits_anyInterleaving_areLinearizable() {
    Interleavings.check(ClientLimitsLincheckTest.class);
  }
}
