package io.trunkline.pool;

/// The subject of a Close of ours: the server was told to forget this statement. If that never
/// happens, it still has it.
public record ClosedStatement(SharedStatement statement) {}
