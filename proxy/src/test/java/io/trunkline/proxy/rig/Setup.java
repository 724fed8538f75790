package io.trunkline.proxy.rig;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/// The proxy a test wants: one pool mode, one server behind it, and what it turns away from the
/// defaults.
public record Setup(PoolMode mode, Endpoint server, Map<Knob, Object> knobs) {
  public Setup {
    knobs = Map.copyOf(knobs);
  }

  public static Setup of(PoolMode mode) {
    return new Setup(mode, Postgres.shared().app(), Map.of());
  }

  public static Setup transaction() {
    return of(PoolMode.TRANSACTION);
  }

  public static Setup session() {
    return of(PoolMode.SESSION);
  }

  public Setup behind(Endpoint otherServer) {
    return new Setup(mode, otherServer, knobs);
  }

  public Setup with(Knob knob, int value) {
    return turned(knob, value);
  }

  public Setup with(Knob knob, Duration value) {
    return turned(knob, value);
  }

  public TestProxy start() throws Exception {
    return TestProxy.start(this);
  }

  private Setup turned(Knob knob, Object value) {
    Map<Knob, Object> more = new EnumMap<>(Knob.class);
    more.putAll(knobs);
    more.put(knob, value);
    return new Setup(mode, server, more);
  }
}
