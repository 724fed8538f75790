package io.trunkline.health.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.common.exception.ErrorCode;
import io.etcd.jetcd.common.exception.EtcdException;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.PutOption;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// [EtcdLeases] by way of jetcd. Its stream that keeps leases by itself is not used: that does not
/// say when it last was answered.
final class JetcdLeases implements EtcdLeases {
  private final Client client;
  private final String prefix;
  private final Duration patience;

  JetcdLeases(Client client, String prefix, Duration patience) {
    this.client = client;
    this.prefix = prefix;
    this.patience = patience;
  }

  @Override
  public long grant(Duration ttl) throws EtcdFailure, InterruptedException {
    return within(client.getLeaseClient().grant(ttl.toSeconds())).getID();
  }

  @Override
  public boolean keep(long lease) throws EtcdFailure, InterruptedException {
    return within(
        client
            .getLeaseClient()
            .keepAliveOnce(lease)
            .thenApply(kept -> kept.getTTL() > 0)
            .exceptionallyCompose(JetcdLeases::unlessGone));
  }

  private static CompletableFuture<Boolean> unlessGone(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof EtcdException said && said.getErrorCode() == ErrorCode.NOT_FOUND) {
        return CompletableFuture.completedFuture(false);
      }
    }
    return CompletableFuture.failedFuture(failure);
  }

  @Override
  public boolean claim(String key, String value, long modRevision, long lease)
      throws EtcdFailure, InterruptedException {
    ByteSequence place = bytes(prefix + key);
    return within(
            client
                .getKVClient()
                .txn()
                .If(new Cmp(place, Cmp.Op.EQUAL, CmpTarget.modRevision(modRevision)))
                .Then(Op.put(place, bytes(value), PutOption.builder().withLeaseId(lease).build()))
                .commit())
        .isSucceeded();
  }

  @Override
  public void revoke(long lease) throws EtcdFailure, InterruptedException {
    within(client.getLeaseClient().revoke(lease));
  }

  private <T> T within(CompletableFuture<T> answer) throws EtcdFailure, InterruptedException {
    try {
      return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new EtcdFailure(EtcdFailure.reason(e, patience));
    }
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }
}
