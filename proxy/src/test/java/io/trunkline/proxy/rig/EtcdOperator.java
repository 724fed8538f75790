package io.trunkline.proxy.rig;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.options.GetOption;
import io.trunkline.embedded.EtcdServer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Who looks into etcd and changes what is there by hand.
public final class EtcdOperator implements AutoCloseable {
  private final Client client;
  private final String prefix;

  public EtcdOperator(EtcdServer etcd, String prefix) {
    this.client = Client.builder().endpoints(etcd.endpoint()).build();
    this.prefix = prefix;
  }

  public void put(String key, String value) throws Exception {
    done(client.getKVClient().put(bytes(prefix + key), bytes(value)));
  }

  public void delete(String key) throws Exception {
    done(client.getKVClient().delete(bytes(prefix + key)));
  }

  /// The keys that are there, without the prefix.
  public List<String> keys() throws Exception {
    GetOption all = GetOption.builder().isPrefix(true).build();
    return done(client.getKVClient().get(bytes(prefix), all)).getKvs().stream()
        .map(pair -> pair.getKey().toString(StandardCharsets.UTF_8).substring(prefix.length()))
        .toList();
  }

  public String value(String key) throws Exception {
    return pair(key).getValue().toString(StandardCharsets.UTF_8);
  }

  /// Ends the lease that a key hangs on.
  public void revokeLeaseOf(String key) throws Exception {
    done(client.getLeaseClient().revoke(pair(key).getLease()));
  }

  /// Forgets all revisions before the present one.
  public void compact() throws Exception {
    long now = done(client.getKVClient().get(bytes(prefix))).getHeader().getRevision();
    done(client.getKVClient().compact(now));
  }

  /// From now on etcd asks for the user root and this password.
  public void demandPassword(String password) throws Exception {
    var auth = client.getAuthClient();
    done(auth.userAdd(bytes("root"), bytes(password)));
    done(auth.userGrantRole(bytes("root"), bytes("root")));
    done(auth.authEnable());
  }

  private KeyValue pair(String key) throws Exception {
    return done(client.getKVClient().get(bytes(prefix + key))).getKvs().getFirst();
  }

  private static <T> T done(CompletableFuture<T> answer) throws Exception {
    return answer.get(20, TimeUnit.SECONDS);
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    client.close();
  }
}
