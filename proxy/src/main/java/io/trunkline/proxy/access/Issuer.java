package io.trunkline.proxy.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whoever gives out tokens: checks that one is its own, for us, and still good. Its keys are
/// fetched from where its discovery document says they are, kept for minutes, and fetched anew when
/// a token names one that is not among them, now and then at most. Blocks, within a limit.
/// Thread-safe.
///
/// OpenID Connect Discovery 1.0; RFC 7517 (keys), RFC 7519 and RFC 9068 (tokens), RFC 8725 (what to
/// look at).
final class Issuer {
  private static final String WELL_KNOWN = "/.well-known/";

  /// Documents of issuers are a few KiB.
  private static final int DOCUMENT_BYTES_MAX = 512 * 1024;

  private static final Duration KEYS_KEPT = Duration.ofMinutes(5);

  /// Never `none`, and no algorithm whose key would be a secret of ours.
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512);

  /// Why a token does not count, or cannot be checked.
  static final class Doubt extends Exception {
    Doubt(String reason) {
      super(reason);
    }
  }

  /// What makes an issuer.
  ///
  /// @param written as the HBA line has it
  /// @param discovery where its document is
  /// @param audience whom its tokens must be for
  /// @param caFile PEM file with the roots of its certificate; null for those of the JDK
  /// @param timeout of one request
  record Setup(
      String written, String discovery, String audience, @Nullable Path caFile, Duration timeout) {}

  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

  /// Asks for the discovery document.
  ///
  /// @throws Doubt when it cannot be had, or is not this issuer's
  Issuer(Setup setup, InstantSource clock) throws Doubt {
    DefaultResourceRetriever documents = documents(setup);
    Map<String, Object> document = discover(setup, documents);
    String name = text(document, "issuer");
    boolean own =
        setup.written.contains(WELL_KNOWN)
            ? setup.written.startsWith(trimmed(name))
            : trimmed(setup.written).equals(trimmed(name));
    if (!own) {
      throw new Doubt("the document at %s is that of another issuer".formatted(setup.discovery));
    }
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT,
            new JOSEObjectType("at+jwt"),
            new JOSEObjectType("application/at+jwt"),
            null));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            ALGORITHMS, keys(text(document, "jwks_uri"), documents, setup)));
    processor.setJWTClaimsSetVerifier(new Claims(name, setup.audience, clock));
  }

  private static DefaultResourceRetriever documents(Setup setup) throws Doubt {
    int millis = Math.toIntExact(setup.timeout.toMillis());
    try {
      return new DefaultResourceRetriever(
          millis, millis, DOCUMENT_BYTES_MAX, true, DirectoryTls.sockets(setup.caFile));
    } catch (GeneralSecurityException | IOException failure) {
      throw new Doubt("no TLS with an issuer: " + failure.getMessage());
    }
  }

  private static Map<String, Object> discover(Setup setup, DefaultResourceRetriever documents)
      throws Doubt {
    try {
      return JSONObjectUtils.parse(
          documents.retrieveResource(URI.create(setup.discovery).toURL()).getContent());
    } catch (IOException | ParseException | IllegalArgumentException failure) {
      throw new Doubt("%s: %s".formatted(setup.discovery, failure.getMessage()));
    }
  }

  private static String text(Map<String, Object> document, String key) throws Doubt {
    if (document.get(key) instanceof String text) {
      return text;
    }
    throw new Doubt("the discovery document has no " + key);
  }

  private static String trimmed(String url) {
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  private static JWKSource<SecurityContext> keys(
      String place, DefaultResourceRetriever documents, Setup setup) throws Doubt {
    try {
      return JWKSourceBuilder.<SecurityContext>create(URI.create(place).toURL(), documents)
          .cache(KEYS_KEPT.toMillis(), setup.timeout.toMillis())
          .refreshAheadCache(false)
          .build();
    } catch (MalformedURLException | IllegalArgumentException failure) {
      throw new Doubt("the place of its keys is none: " + failure.getMessage());
    }
  }

  /// What the token says, once it has been checked.
  JWTClaimsSet check(String token) throws Doubt {
    try {
      return processor.process(token, null);
    } catch (BadJOSEException | JOSEException | ParseException failure) {
      throw new Doubt(String.valueOf(failure.getMessage()));
    }
  }

  /// Issuer, audience and time.
  private static final class Claims extends DefaultJWTClaimsVerifier<SecurityContext> {
    private final InstantSource clock;

    Claims(String issuer, String audience, InstantSource clock) {
      super(audience, new JWTClaimsSet.Builder().issuer(issuer).build(), Set.of("exp"));
      this.clock = clock;
    }

    @Override
    protected Date currentTime() {
      return Date.from(clock.instant());
    }
  }
}
