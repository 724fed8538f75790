package io.trunkline.bench.crooked.pool;

import java.util.concurrent.CompletableFuture;

final class AwaitsFuture {
  String result(CompletableFuture<String> future) {
    return future.join();
  }
}
