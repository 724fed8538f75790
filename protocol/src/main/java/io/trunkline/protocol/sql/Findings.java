package io.trunkline.protocol.sql;

import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.sql.SettingNames.Unknown;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What one run over a text has found so far: the bits always, the names if somebody collects them.
@EventLoopConfined
final class Findings {
  private ScannedStatements.@Nullable Collector collector;
  private int effects;

  void open(ScannedStatements.@Nullable Collector names) {
    collector = names;
    effects = SessionEffect.NONE;
  }

  void add(int bits) {
    effects |= bits;
  }

  int effects() {
    return effects;
  }

  boolean collects() {
    return collector != null;
  }

  /// To be asked for only if somebody [#collects].
  ScannedStatements.Collector names() {
    return Objects.requireNonNull(collector);
  }

  void setting(String name) {
    effects |= SessionEffect.SET_SETTING;
    if (collector != null) {
      collector.setting(name);
    }
  }

  /// A setting whose name the text does not tell.
  void unknownSetting() {
    effects |= SessionEffect.SET_SETTING;
    unknown(Unknown.CUSTOM);
  }

  /// Something that cannot be read for sure.
  void opaque() {
    effects |= SessionEffect.OPAQUE;
    unknown(Unknown.INDIRECT);
  }

  void unknown(Unknown what) {
    if (collector != null) {
      collector.unknown(what);
    }
  }
}
