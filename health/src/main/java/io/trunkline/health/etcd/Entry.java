package io.trunkline.health.etcd;

/// One key of etcd.
///
/// @param createRevision when it came to be
/// @param modRevision when it was last put
public record Entry(String value, long createRevision, long modRevision) {}
