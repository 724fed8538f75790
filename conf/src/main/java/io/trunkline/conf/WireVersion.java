package io.trunkline.conf;

import io.trunkline.settings.Worded;

/// A version of the PostgreSQL protocol.
public enum WireVersion implements Worded {
  V3_0("3.0"),
  V3_2("3.2");

  private final String word;

  WireVersion(String word) {
    this.word = word;
  }

  @Override
  public String word() {
    return word;
  }
}
