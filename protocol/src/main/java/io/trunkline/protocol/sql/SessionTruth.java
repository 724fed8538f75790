package io.trunkline.protocol.sql;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What a server's session really had when it was asked.
public final class SessionTruth {
  private final AskedSettings settings;
  private final Map<String, String> values;
  private final Set<PinReason> asked;
  private final Set<PinReason> found;

  SessionTruth(
      AskedSettings settings,
      Map<String, String> values,
      Set<PinReason> asked,
      Set<PinReason> found) {
    this.settings = settings;
    this.values = values;
    this.asked = asked;
    this.found = found;
  }

  /// The settings of the server's session now, which were `held` before.
  public SessionSettings settings(SessionSettings held) {
    Map<String, String> now = new TreeMap<>(held.asMap());
    now.keySet().removeIf(settings::covers);
    now.putAll(values);
    return SessionSettings.of(now);
  }

  /// The settings a client should have whose server's session has `found`, and that asked for
  /// `startup` in its StartupMessage: those are its own wherever the server has its own. A custom
  /// setting that was reset is empty, and so is one that was set to be empty: after a reset it
  /// counts as the former.
  public SessionSettings wanted(SessionSettings startup, SessionSettings found) {
    Map<String, String> wanted = new TreeMap<>(startup.asMap());
    found
        .asMap()
        .forEach((name, value) -> {
          boolean reset = settings.reset() && SettingName.isCustom(name) && value.isEmpty();
          if (!reset || !wanted.containsKey(name)) {
            wanted.put(name, value);
          }
        });
    return SessionSettings.of(wanted);
  }

  /// Why the client must keep this server, when it was pinned for `before` and now has `after`.
  public Set<PinReason> pins(Set<PinReason> before, SessionSettings after) {
    Set<PinReason> pins = EnumSet.noneOf(PinReason.class);
    pins.addAll(before);
    pins.removeAll(asked);
    pins.addAll(found);
    String path = after.get(SettingName.SEARCH_PATH);
    if (path != null && path.toLowerCase(Locale.ROOT).contains("pg_temp")) {
      pins.add(PinReason.TEMP_OBJECT);
    }
    return pins;
  }

  @Override
  public String toString() {
    return "settings " + values.keySet() + ", pins " + found;
  }
}
