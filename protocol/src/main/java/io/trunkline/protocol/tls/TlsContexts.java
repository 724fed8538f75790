package io.trunkline.protocol.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.trunkline.protocol.tls.TlsMaterial.Identity;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

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
    SslContextBuilder builder = SslContextBuilder.forServer(identity.key(), array(identity));
    if (!material.roots().isEmpty()) {
      builder
          .trustManager(new TrustedRoots(material.roots(), material.revocations()))
          .clientAuth(settings.mode().verifiesPeer() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
    }
    return build(
        builder,
        TlsSuites.able(provider, settings.tls13Ciphers(), identity),
        new Wishes(
            settings.protocols(), settings.ciphers(), settings.tls13Ciphers(), settings.groups()));
  }

  /// For connections to PostgreSQL: we are TLS's client.
  static SslContext forServers(
      ServerTlsSettings settings, TlsMaterial material, SslProvider provider) throws SSLException {
    Identity identity = material.identity();
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .trustManager(ServerTrust.of(settings.sslmode(), material))
            .endpointIdentificationAlgorithm(null); // ServerTrust compares names as libpq does.
    if (identity != null) {
      builder.keyManager(identity.key(), array(identity));
    }
    return build(
        builder,
        TlsSuites.able(provider, settings.tls13Ciphers(), identity),
        new Wishes(
            settings.protocols(), settings.ciphers(), settings.tls13Ciphers(), settings.groups()));
  }

  /// What of the engine's abilities is to be used; an empty list is for its own choice.
  private record Wishes(
      List<String> protocols,
      List<String> ciphers,
      List<String> tls13Ciphers,
      List<String> groups) {}

  private static X509Certificate[] array(Identity identity) {
    return identity.chain().toArray(new X509Certificate[0]);
  }

  private static SslContext build(SslContextBuilder builder, SslProvider able, Wishes wishes)
      throws SSLException {
    builder.sslProvider(able).protocols(wishes.protocols).applicationProtocolConfig(POSTGRESQL);
    if (!wishes.ciphers.isEmpty()) {
      builder.ciphers(
          TlsSuites.withTls13(wishes.ciphers, able), IdentityCipherSuiteFilter.INSTANCE);
    }
    if (!wishes.groups.isEmpty()) {
      builder.option(OpenSslContextOption.GROUPS, TlsGroup.ofBoringSsl(wishes.groups));
    }
    SslContext context = builder.build();
    // No resumption, as PostgreSQL itself: every connection proves the certificate anew.
    if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
      sessions.setSessionCacheEnabled(false);
      return context;
    }
    boolean asItIs = wishes.tls13Ciphers.isEmpty() && wishes.groups.isEmpty();
    return asItIs ? context : new Narrowed(context, wishes);
  }

  /// The JDK has no such choices for a context, but for each of its engines.
  private static final class Narrowed extends DelegatingSslContext {
    private final Wishes wishes;
    private final String[] groups;

    Narrowed(SslContext context, Wishes wishes) {
      super(context);
      this.wishes = wishes;
      this.groups = TlsGroup.ofJdk(wishes.groups);
    }

    @Override
    protected void initEngine(SSLEngine engine) {
      SSLParameters parameters = engine.getSSLParameters();
      if (groups.length > 0) {
        parameters.setNamedGroups(groups);
      }
      parameters.setCipherSuites(
          TlsSuites.narrowed(parameters.getCipherSuites(), wishes.tls13Ciphers));
      engine.setSSLParameters(parameters);
    }
  }
}
