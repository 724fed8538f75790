package io.trunkline.protocol.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.trunkline.protocol.tls.TlsMaterial.Identity;
import io.trunkline.settings.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// TLS as one listener offers it to its clients.
///
/// Any thread may use it: the current certificate is one immutable snapshot behind a volatile
/// field. A connection keeps the snapshot it began with.
public final class ClientTls {
  private final ClientTlsSettings settings;
  private final SslProvider provider;

  /// Non-null exactly when the settings use TLS.
  private volatile @Nullable Snapshot current;

  private record Snapshot(SslContext context, Instant expires) {}

  private ClientTls(ClientTlsSettings settings, SslProvider provider) {
    this.settings = settings;
    this.provider = provider;
  }

  /// Reads the files. Blocking.
  ///
  /// @throws IllegalArgumentException when the settings have problems: ask them first
  public static ClientTls of(ClientTlsSettings settings) {
    return of(settings, settings.mode().usesTls() ? TlsSuites.engine() : SslProvider.JDK);
  }

  static ClientTls of(ClientTlsSettings settings, SslProvider provider) {
    ClientTls tls = new ClientTls(settings, provider);
    List<Problem> problems = tls.reload();
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("client TLS: " + problems);
    }
    return tls;
  }

  /// Whether a client that asks for TLS gets it.
  public boolean offered() {
    return settings.mode().usesTls();
  }

  /// Whether a client without TLS is refused.
  public boolean required() {
    return settings.mode().requiresTls();
  }

  /// What is spoken before TLS on a new TCP connection.
  public ClientTlsNegotiation negotiation() {
    return ClientTlsNegotiation.overTcp(settings);
  }

  /// A handler for one connection. Its handshake is over with the one
  /// [io.netty.handler.ssl.SslHandshakeCompletionEvent] that the handlers behind it see; for direct
  /// TLS that event is a failure when the client did not name `postgresql` by ALPN.
  public SslHandler newHandler(ByteBufAllocator allocator, SslNegotiation negotiation) {
    return new PostgresSslHandler(snapshot().context().newEngine(allocator), negotiation);
  }

  /// When the certificate shown to new clients expires.
  public Instant expires() {
    return snapshot().expires();
  }

  private Snapshot snapshot() {
    Snapshot snapshot = current;
    if (snapshot == null) {
      throw new IllegalStateException("TLS is off on this listener");
    }
    return snapshot;
  }

  /// Reads the files again, and uses them if all is well with them: see [#renewal]. Blocking.
  public List<Problem> reload() {
    TlsRenewal renewal = renewal();
    if (renewal.problems().isEmpty()) {
      renewal.use();
    }
    return renewal.problems();
  }

  /// Reads the files again, for new connections once that is put to use. Blocking.
  public TlsRenewal renewal() {
    List<Problem> problems = new ArrayList<>(settings.problems());
    if (!problems.isEmpty()) {
      return TlsRenewal.refused(problems);
    }
    if (!settings.mode().usesTls()) {
      return TlsRenewal.of(() -> {});
    }
    TlsMaterial material = TlsMaterial.read(settings.paths(), problems);
    Identity identity = material.identity();
    if (!problems.isEmpty() || identity == null) {
      return TlsRenewal.refused(problems); // changed since they were looked at above
    }
    return renewal(material, identity);
  }

  private TlsRenewal renewal(TlsMaterial material, Identity identity) {
    try {
      Snapshot next =
          new Snapshot(
              TlsContexts.forClients(settings, material, identity, provider),
              identity.certificate().getNotAfter().toInstant());
      return TlsRenewal.of(() -> current = next);
    } catch (SSLException | IllegalArgumentException refused) {
      return TlsRenewal.refused(TlsFailure.problem(refused));
    }
  }
}
