package io.trunkline.proxy.console;

import io.trunkline.protocol.message.NoticeResponse;
import org.jspecify.annotations.Nullable;

/// What a command comes to.
///
/// @param tag of its CommandComplete; empty for an empty command
/// @param table its rows; null for a command that has none
/// @param notice what else there is to say; null for nothing
record Answer(String tag, @Nullable Table table, @Nullable NoticeResponse notice) {

  static Answer done(String tag) {
    return new Answer(tag, null, null);
  }

  static Answer rows(Table table) {
    return new Answer("SHOW", table, null);
  }
}
