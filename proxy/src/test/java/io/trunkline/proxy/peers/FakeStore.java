package io.trunkline.proxy.peers;

import io.trunkline.health.etcd.Entry;
import io.trunkline.health.etcd.Etcd;
import io.trunkline.health.etcd.EtcdLeases;
import io.trunkline.health.etcd.Keyspace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/// An etcd of one client, which answers at once.
class FakeStore implements Etcd, EtcdLeases {
  final TreeMap<String, Entry> entries = new TreeMap<>();
  final List<String> asked = new ArrayList<>();
  long lease;
  private long revision = 1;

  Keyspace keys() {
    return new Keyspace(1, revision, entries);
  }

  Keyspace.Change put(String key, String value) {
    revision++;
    Entry entry = new Entry(value, revision, revision);
    entries.put(key, entry);
    return new Keyspace.Change(key, entry, revision);
  }

  @Override
  public void read(Duration patience, Consumer<Answer> answer) {
    asked.add("read");
    answer.accept(new Answer.All(keys()));
  }

  @Override
  public void watch(long fromRevision, Consumer<Answer> answer) {
    asked.add("watch");
  }

  @Override
  public EtcdLeases leases() {
    return this;
  }

  @Override
  public long grant(Duration ttl) {
    asked.add("grant " + ttl);
    lease++;
    return lease;
  }

  @Override
  public boolean keep(long id) {
    asked.add("keep");
    return id == lease;
  }

  @Override
  public boolean claim(String key, String value, long modRevision, long id) {
    asked.add("claim " + key);
    Entry there = entries.get(key);
    if (id != lease || (there == null ? 0 : there.modRevision()) != modRevision) {
      return false;
    }
    put(key, value);
    return true;
  }

  @Override
  public void revoke(long id) {
    asked.add("revoke " + id);
  }

  @Override
  public void close() {}
}
