package io.trunkline.proxy.console;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// One run of a command.
///
/// @param guest who runs it
/// @param argument what stands behind its name; empty for nothing
/// @param cancelled completes when the guest does not want it any more: by a cancel request, or by
///   leaving
record Call(Guest guest, String argument, CompletableFuture<@Nullable Void> cancelled) {}
