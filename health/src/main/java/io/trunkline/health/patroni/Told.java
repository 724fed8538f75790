package io.trunkline.health.patroni;

/// What one way of asking about a cluster has to say now.
///
/// @param source its name, for log and console
/// @param view what it said last; [PatroniView#NOTHING] before it said anything
/// @param doubt why that cannot be relied on; empty while it is confirmed
record Told(String source, PatroniView view, String doubt) {
  boolean isConfirmed() {
    return doubt.isEmpty();
  }
}
