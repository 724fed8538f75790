package io.trunkline.protocol.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.trunkline.protocol.tls.TlsMaterial.Identity;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

/// Makes the engine's contexts from settings and the files' content.
final class TlsContexts {

  /// The ALPN name of the PostgreSQL protocol, registered with IANA for PostgreSQL 17.
  static final String ALPN = "postgresql";

  /// A server that finds no common protocol goes on without one: the engine knows no other way.
  /// [PostgresSslHandler] is what refuses then.
  private static final ApplicationProtocolConfig POSTGRESQL =
      new ApplicationProtocolConfig(
          Protocol.ALPN,
          SelectorFailureBehavior.NO_ADVERTISE,
          SelectedListenerFailureBehavior.ACCEPT,
          ALPN);

  private TlsContexts() {}

  /// For a listener: we are TLS's server.
  static SslContext forClients(
      ClientTlsSettings settings, TlsMaterial material, Identity identity, SslProvider provider)
      throws SSLException {
    SslContextBuilder builder =
        SslContextBuilder.forServer(identity.key(), array(identity))
            .sslProvider(TlsSuites.able(provider, identity));
    if (!material.roots().isEmpty()) {
      builder
          .trustManager(new TrustedRoots(material.roots(), material.revocations()))
          .clientAuth(settings.mode().verifiesPeer() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
    }
    return build(builder, settings.protocols(), settings.ciphers());
  }

  /// For connections to PostgreSQL: we are TLS's client.
  static SslContext forServers(
      ServerTlsSettings settings, TlsMaterial material, SslProvider provider) throws SSLException {
    Identity identity = material.identity();
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(TlsSuites.able(provider, identity))
            .trustManager(ServerTrust.of(settings.sslmode(), material))
            .endpointIdentificationAlgorithm(null); // ServerTrust compares names as libpq does.
    if (identity != null) {
      builder.keyManager(identity.key(), array(identity));
    }
    return build(builder, settings.protocols(), settings.ciphers());
  }

  private static X509Certificate[] array(Identity identity) {
    return identity.chain().toArray(new X509Certificate[0]);
  }

  private static SslContext build(
      SslContextBuilder builder, List<String> protocols, List<String> ciphers) throws SSLException {
    builder.protocols(protocols).applicationProtocolConfig(POSTGRESQL);
    if (!ciphers.isEmpty()) {
      builder.ciphers(TlsSuites.withTls13(ciphers), IdentityCipherSuiteFilter.INSTANCE);
    }
    SslContext context = builder.build();
    // No resumption, as PostgreSQL itself: every connection proves the certificate anew.
    if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
      sessions.setSessionCacheEnabled(false);
    }
    return context;
  }
}
