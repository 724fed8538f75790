package io.trunkline.health.etcd;

import java.time.Duration;

/// Keys that live as long as somebody keeps their lease, over one connection to one member of etcd.
/// Everything waits for the answer, for as long as an endpoint may take, and is asked by one
/// thread.
///
/// etcd's documentation, "Interacting with etcd", "Grant leases".
public interface EtcdLeases {

  /// Asks for a lease.
  ///
  /// @param ttl how long it lives without being kept, in whole seconds
  /// @return its id, which is never 0
  long grant(Duration ttl) throws EtcdFailure, InterruptedException;

  /// Lets a lease live for its whole time again.
  ///
  /// @return whether it was still there
  boolean keep(long lease) throws EtcdFailure, InterruptedException;

  /// Puts a key if it is still as it was read.
  ///
  /// @param key without the prefix that all keys share
  /// @param modRevision the revision it was read at; 0 where it was not there
  /// @return whether it was, and the key is there now for as long as the lease
  boolean claim(String key, String value, long modRevision, long lease)
      throws EtcdFailure, InterruptedException;

  /// Ends a lease, and its keys with it.
  void revoke(long lease) throws EtcdFailure, InterruptedException;
}
