package io.trunkline.protocol.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.NetUtil;
import io.trunkline.settings.HostPort;
import io.trunkline.settings.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/// TLS as the proxy uses it towards the servers of one cluster.
///
/// Any thread may use it: certificates and roots are one immutable context behind a volatile field.
/// A connection keeps the context it began with.
public final class ServerTls {
  private final ServerTlsSettings settings;
  private final SslProvider provider;

  /// Non-null exactly when the settings use TLS.
  private volatile @Nullable SslContext current;

  private ServerTls(ServerTlsSettings settings, SslProvider provider) {
    this.settings = settings;
    this.provider = provider;
  }

  /// Reads the files. Blocking.
  ///
  /// @throws IllegalArgumentException when the settings have problems: ask them first
  public static ServerTls of(ServerTlsSettings settings) {
    return of(settings, settings.sslmode().usesTls() ? TlsSuites.engine() : SslProvider.JDK);
  }

  static ServerTls of(ServerTlsSettings settings, SslProvider provider) {
    ServerTls tls = new ServerTls(settings, provider);
    List<Problem> problems = tls.reload();
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("server TLS: " + problems);
    }
    return tls;
  }

  /// What is spoken before the StartupMessage, for one login: it may span two connections.
  public ServerTlsNegotiation negotiation() {
    return new ServerTlsNegotiation(settings.sslmode(), settings.sslnegotiation());
  }

  /// A handler for one connection to this server. The host is sent as SNI unless it is an address,
  /// and is what `verify-full` compares. The handshake is over with the one
  /// [io.netty.handler.ssl.SslHandshakeCompletionEvent] that the handlers behind it see.
  public SslHandler newHandler(ByteBufAllocator allocator, HostPort server) {
    SslContext context = current;
    if (context == null) {
      throw new IllegalStateException("TLS is off towards " + server);
    }
    SSLEngine engine = context.newEngine(allocator, server.host(), server.port());
    serverName(server.host()).ifPresent(name -> announce(engine, name));
    return new PostgresSslHandler(engine, settings.sslnegotiation());
  }

  /// libpq announces every host that is not an address, Netty by itself only those with a dot.
  private static Optional<SNIHostName> serverName(String host) {
    if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new SNIHostName(host.getBytes(StandardCharsets.US_ASCII)));
    } catch (IllegalArgumentException expected) { // RFC 6066 has no form for pg_1, say.
      return Optional.empty();
    }
  }

  private static void announce(SSLEngine engine, SNIHostName name) {
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setServerNames(List.of(name));
    engine.setSSLParameters(parameters);
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
    if (!settings.sslmode().usesTls()) {
      return TlsRenewal.of(() -> {});
    }
    TlsMaterial material = TlsMaterial.read(settings.paths(), problems);
    if (!problems.isEmpty()) {
      return TlsRenewal.refused(problems); // changed since they were looked at above
    }
    try {
      SslContext next = TlsContexts.forServers(settings, material, provider);
      return TlsRenewal.of(() -> current = next);
    } catch (SSLException | IllegalArgumentException refused) {
      return TlsRenewal.refused(TlsFailure.problem(refused));
    }
  }
}
