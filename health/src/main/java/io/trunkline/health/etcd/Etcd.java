package io.trunkline.health.etcd;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// A connection to one member of etcd, for the keys under one prefix. Made, used and closed by one
/// thread; answers come on threads of their own.
public interface Etcd extends AutoCloseable {

  /// Reads all keys. Linearizable: the answer is as new as the question, or there is none, for a
  /// member that has lost the others does not answer.
  ///
  /// @param patience after which there is none
  void read(Duration patience, Consumer<Answer> answer);

  /// Tells every change from a revision on, until it says that it cannot any more.
  void watch(long fromRevision, Consumer<Answer> answer);

  /// For keys of our own.
  EtcdLeases leases();

  @Override
  void close();

  /// Opens connections.
  interface Dialler {
    /// May throw what the library throws when it is given nonsense; else fails in the answers.
    Etcd dial(StoreAddress endpoint);
  }

  /// What comes back.
  sealed interface Answer {
    record All(Keyspace keys) implements Answer {}

    record Changes(List<Keyspace.Change> changes) implements Answer {}

    /// The connection is of no use any more.
    record Failed(String reason) implements Answer {}
  }
}
