package io.trunkline.health.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;

/// [Etcd] by way of jetcd, whose own persistence is not used: it tries again for ever and backs off
/// for minutes, and does not say for how long it has been doing that. One client is one connection
/// to one endpoint here, and whatever fails ends it.
public final class JetcdEtcd implements Etcd {
  private static final int MESSAGE_BYTES_MAX = 4 * 1024 * 1024;

  /// gRPC tells the JDK's log about every connection that fails; so do we, once. Held here because
  /// that log forgets the levels of loggers nobody holds.
  private static final Logger GRPC = Logger.getLogger("io.grpc");

  private final ByteSequence prefix;
  private final Client client;

  private final EtcdLeases leases;

  private JetcdEtcd(ByteSequence prefix, Client client, EtcdLeases leases) {
    this.prefix = prefix;
    this.client = client;
    this.leases = leases;
  }

  /// Reads the TLS files anew for each connection, so that renewed ones are used. Blocking.
  public static Etcd dial(EtcdSettings settings, String prefix, StoreAddress endpoint) {
    GRPC.setLevel(Level.OFF);
    ClientBuilder builder =
        Client.builder()
            .endpoints(endpoint.url())
            .connectTimeout(settings.timeout())
            .maxInboundMessageSize(MESSAGE_BYTES_MAX)
            .retryMaxAttempts(0)
            .waitForReady(false);
    if (endpoint.tls()) {
      builder.sslContext(http2(settings.tls().context()));
    }
    if (settings.user() != null && settings.password() != null) {
      builder.user(bytes(settings.user())).password(bytes(settings.password().reveal()));
    }
    Client client = builder.build();
    return new JetcdEtcd(
        bytes(prefix), client, new JetcdLeases(client, prefix, settings.timeout()));
  }

  /// gRPC speaks HTTP/2 and asks for it by ALPN.
  private static SslContext http2(SSLContext context) {
    ApplicationProtocolConfig alpn =
        new ApplicationProtocolConfig(
            ApplicationProtocolConfig.Protocol.ALPN,
            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
            "h2");
    return new JdkSslContext(
        context,
        true,
        null,
        IdentityCipherSuiteFilter.INSTANCE,
        alpn,
        ClientAuth.NONE,
        new String[] {"TLSv1.3", "TLSv1.2"},
        false);
  }

  @Override
  public void read(Duration patience, Consumer<Answer> answer) {
    client
        .getKVClient()
        .get(prefix, GetOption.builder().isPrefix(true).withSerializable(false).build())
        .orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS)
        .whenComplete((response, failure) ->
            answer.accept(failure == null ? all(response) : failed(failure, patience)));
  }

  @Override
  public void watch(long fromRevision, Consumer<Answer> answer) {
    WatchOption option =
        WatchOption.builder()
            .isPrefix(true)
            .withRevision(fromRevision)
            .withRequireLeader(true)
            .build();
    client
        .getWatchClient()
        .watch(
            prefix,
            option,
            Watch.listener(
                response -> answer.accept(changes(response)),
                failure -> answer.accept(failed(failure, Duration.ZERO)),
                () -> answer.accept(new Answer.Failed("the watch has ended"))));
  }

  @Override
  public EtcdLeases leases() {
    return leases;
  }

  private Answer all(GetResponse response) {
    TreeMap<String, Entry> entries = new TreeMap<>();
    for (KeyValue pair : response.getKvs()) {
      entries.put(key(pair), entry(pair));
    }
    return new Answer.All(
        new Keyspace(
            response.getHeader().getClusterId(), response.getHeader().getRevision(), entries));
  }

  private Answer changes(WatchResponse response) {
    List<Keyspace.Change> changes = new ArrayList<>();
    for (WatchEvent event : response.getEvents()) {
      KeyValue pair = event.getKeyValue();
      boolean deleted = event.getEventType() == WatchEvent.EventType.DELETE;
      changes.add(
          new Keyspace.Change(key(pair), deleted ? null : entry(pair), pair.getModRevision()));
    }
    return new Answer.Changes(changes);
  }

  private String key(KeyValue pair) {
    return pair.getKey().toString(StandardCharsets.UTF_8).substring(prefix.toString().length());
  }

  private static Entry entry(KeyValue pair) {
    return new Entry(
        pair.getValue().toString(StandardCharsets.UTF_8),
        pair.getCreateRevision(),
        pair.getModRevision());
  }

  private static Answer failed(Throwable failure, Duration patience) {
    return new Answer.Failed(EtcdFailure.reason(failure, patience));
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    client.close();
  }
}
