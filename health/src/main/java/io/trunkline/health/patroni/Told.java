package io.trunkline.health.patroni;

/// What one way of asking about a cluster has to say now.
///
/// @param source its name, for log and console
/// @param view what it said last; [PatroniView#NOTHING] before it said anything
/// @param doubt why that cannot be relied on; empty while it is confirmed
/// @param answering whether it still answers: what was confirmed by one that has fallen silent
///   counts for a while, but less than fresh words of another
record Told(String source, PatroniView view, String doubt, boolean answering) {
  boolean isConfirmed() {
    return doubt.isEmpty();
  }
}
