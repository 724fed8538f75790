package io.trunkline.health.patroni;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.options.DeleteOption;
import io.trunkline.embedded.EtcdServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// An etcd with an operator's client beside it.
final class EtcdProcess implements AutoCloseable {
  static final String PREFIX = "/service/demo/";

  private final EtcdServer server;
  private Client client;

  private EtcdProcess(EtcdServer server) {
    this.server = server;
  }

  /// @param options the TLS options; empty for plaintext
  static EtcdProcess start(Path directory, String... options) throws IOException {
    return new EtcdProcess(EtcdServer.start(directory, options));
  }

  /// Again, after a kill.
  void start() throws IOException {
    server.restart();
  }

  /// Loses all it had; with etcd's own token it has the same cluster id as before.
  void makeAnew(String token) throws IOException {
    kill();
    server.makeAnew(token);
  }

  int port() {
    return server.port();
  }

  String endpoint() {
    return server.endpoint();
  }

  void put(String key, String value) {
    done(client().getKVClient().put(bytes(PREFIX + key), bytes(value)));
  }

  void delete(String key) {
    done(client().getKVClient().delete(bytes(PREFIX + key), DeleteOption.DEFAULT));
  }

  /// Forgets all revisions before the present one.
  void compact() {
    long now = done(client().getKVClient().get(bytes(PREFIX))).getHeader().getRevision();
    done(client().getKVClient().compact(now));
  }

  /// From now on etcd asks for the user root and this password.
  void demandPassword(String password) {
    var auth = client().getAuthClient();
    done(auth.userAdd(bytes("root"), bytes(password)));
    done(auth.userGrantRole(bytes("root"), bytes("root")));
    done(auth.authEnable());
  }

  /// An operator's client; without TLS.
  private Client client() {
    if (client == null) {
      client = Client.builder().endpoints(endpoint()).build();
    }
    return client;
  }

  static <T> T done(CompletableFuture<T> future) {
    try {
      return future.get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }

  void kill() {
    if (client != null) {
      client.close();
      client = null;
    }
    server.kill();
  }

  void freeze() throws IOException {
    server.freeze();
  }

  void thaw() throws IOException {
    server.thaw();
  }

  @Override
  public void close() {
    kill();
  }
}
