package io.trunkline.health.patroni;

/// One key of etcd.
///
/// @param createRevision when it came to be
/// @param modRevision when it was last put
record Entry(String value, long createRevision, long modRevision) {}
