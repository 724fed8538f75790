package io.trunkline.proxy.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;

/// An issuer of tokens in this process.
public final class TestIssuer implements AutoCloseable {
  public static final String AUDIENCE = "trunkline";

  private final HttpServer server;
  private final ECKey key;

  /// How often its keys were fetched.
  final AtomicInteger fetches = new AtomicInteger();

  public TestIssuer() {
    try {
      key = newKey("one");
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      serve(
          "/.well-known/openid-configuration",
          "{\"issuer\":\"" + url() + "\",\"jwks_uri\":\"" + url() + "/keys\"}");
      serve("/keys", new JWKSet(key.toPublicJWK()).toString());
      server.start();
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static ECKey newKey(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    } catch (JOSEException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void serve(String path, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    server.createContext(
        path,
        exchange -> {
          if (path.equals("/keys")) {
            fetches.incrementAndGet();
          }
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  ECKey key() {
    return key;
  }

  /// What a good token of this user says.
  JWTClaimsSet.Builder claims(String user) {
    Instant now = Instant.now();
    return new JWTClaimsSet.Builder()
        .issuer(url())
        .audience(AUDIENCE)
        .subject(user)
        .claim("scope", "openid db")
        .expirationTime(Date.from(now.plus(Duration.ofHours(1))));
  }

  /// A good token of this user.
  public String token(String user) {
    return sign(claims(user).build(), key);
  }

  static String sign(JWTClaimsSet claims, ECKey key) {
    try {
      var header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build();
      SignedJWT token = new SignedJWT(header, claims);
      token.sign(new ECDSASigner(key));
      return token.serialize();
    } catch (JOSEException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
