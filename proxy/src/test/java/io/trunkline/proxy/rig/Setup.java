package io.trunkline.proxy.rig;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

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

  public Setup with(Knob knob, String value) {
    return turned(knob, value);
  }

  /// As `trunkline.yml`, with a listener on this port.
  public String yaml(int port) {
    Map<String, Map<String, String>> sections = new TreeMap<>();
    section(sections, "auth").put("method", "trust");
    section(sections, "cluster")
        .put("members", "['%s:%d']".formatted(server.host(), server.port()));
    section(sections, "cluster")
        .put("probe", "{ user: probe, password: probe, database: postgres }");
    knobs.forEach((knob, value) -> {
      String[] path = knob.trunkline().split("\\.", 2);
      section(sections, path[0]).put(path[1], written(value));
    });
    Map<String, String> cluster = sections.remove("cluster");
    StringBuilder yaml = new StringBuilder();
    yaml.append(
        "listeners: [{ address: 127.0.0.1, port: %d, role: primary, pool_mode: %s }]%n"
            .formatted(port, mode.word()));
    yaml.append("clusters: { main: %s }%n".formatted(flow(cluster)));
    yaml.append("users: { app: { password: app } }\n");
    sections.forEach((name, section) -> yaml.append("%s: %s%n".formatted(name, flow(section))));
    return yaml.toString();
  }

  private static Map<String, String> section(
      Map<String, Map<String, String>> sections, String name) {
    return sections.computeIfAbsent(name, _ -> new TreeMap<>());
  }

  private static String flow(Map<String, String> section) {
    return section.entrySet().stream()
        .map(entry -> entry.getKey() + ": " + entry.getValue())
        .collect(Collectors.joining(", ", "{ ", " }"));
  }

  private static String written(Object value) {
    return value instanceof Duration duration ? duration.toMillis() + "ms" : value.toString();
  }

  private Setup turned(Knob knob, Object value) {
    Map<Knob, Object> more = new EnumMap<>(Knob.class);
    more.putAll(knobs);
    more.put(knob, value);
    return new Setup(mode, server, more);
  }
}
