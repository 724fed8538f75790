package io.trunkline.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.trunkline.conf.AuthSettings;
import io.trunkline.conf.ConfigFile;
import io.trunkline.conf.ConfigResult;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.conf.Surroundings;
import io.trunkline.protocol.NanoTime;
import io.trunkline.protocol.auth.Judgement;
import io.trunkline.proxy.login.Claim;
import io.trunkline.settings.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Which tokens count: RFC 7519 and RFC 8725, point by point.
class TokensTest {
  private final TestIssuer issuer = new TestIssuer();
  private final Tokens tokens = new Tokens(InstantSource.system(), NanoTime.SYSTEM);

  @AfterEach
  void close() {
    issuer.close();
  }

  private ProxyConfig config(String url, String scope) {
    String yaml =
        """
        listeners: [{ address: 127.0.0.1, port: 0 }]
        clusters: { main: { members: ['127.0.0.1:1'], probe: { user: p } } }
        auth:
          oauth_audience: trunkline
          oauth_timeout: 2s
          hba: ['host all all all oauth issuer=%s scope="%s"']
        """
            .formatted(url, scope);
    return switch (new ConfigFile(Surroundings.ofProcess()).readText(Path.of("t.yml"), yaml)) {
      case ConfigResult.Ok(var config) -> config;
      case ConfigResult.Bad(var problems) -> throw new AssertionError(problems.toString());
    };
  }

  private Judgement judge(String token) {
    return judge(config(issuer.url(), "openid db"), token);
  }

  private Judgement judge(ProxyConfig config, String token) {
    AuthSettings auth = config.auth();
    var rules = Objects.requireNonNull(config.access());
    var outside = new Outsiders(Groups.UNKNOWN, NanoTime.SYSTEM).of(new Claim("a", "b", "alice"));
    var bearer = new Tokens.Bearer(rules.rules().getFirst(), rules.maps(), "alice", outside);
    return tokens.judge(auth, bearer, Secret.of(token));
  }

  private void isWrong(JWTClaimsSet.Builder claims) {
    assertThat(judge(TestIssuer.sign(claims.build(), issuer.key())))
        .isInstanceOf(Judgement.Wrong.class);
  }

  @Test
  void judge_goodTokens_needOneFetchOfKeys() {
    assertThat(judge(issuer.token("alice"))).isEqualTo(new Judgement.Right());
    assertThat(judge(issuer.token("alice"))).isEqualTo(new Judgement.Right());
    assertThat(issuer.fetches).hasValue(1);
  }

  @Test
  void judge_claimsThatDoNotFit_areWrong() {
    Date past = Date.from(Instant.now().minusSeconds(3_600));
    Date future = Date.from(Instant.now().plusSeconds(3_600));
    isWrong(issuer.claims("bob"));
    isWrong(issuer.claims("alice").subject(null));
    isWrong(issuer.claims("alice").issuer("https://elsewhere"));
    isWrong(issuer.claims("alice").issuer(null));
    isWrong(issuer.claims("alice").audience("another"));
    isWrong(issuer.claims("alice").audience((String) null));
    isWrong(issuer.claims("alice").expirationTime(past));
    isWrong(issuer.claims("alice").expirationTime(null));
    isWrong(issuer.claims("alice").notBeforeTime(future));
    isWrong(issuer.claims("alice").claim("scope", "openid"));
    isWrong(issuer.claims("alice").claim("scope", null));
  }

  @Test
  void judge_scopesAsAList_count() {
    var claims = issuer.claims("alice").claim("scope", null).claim("scp", List.of("db", "openid"));
    assertThat(judge(TestIssuer.sign(claims.build(), issuer.key())))
        .isEqualTo(new Judgement.Right());
  }

  @Test
  void judge_signatureOfSomebodyElse_isWrong() throws Exception {
    JWTClaimsSet claims = issuer.claims("alice").build();
    for (String id : List.of("one", "two")) {
      assertThat(judge(TestIssuer.sign(claims, TestIssuer.newKey(id))))
          .isInstanceOf(Judgement.Wrong.class);
    }
    assertThat(judge(new PlainJWT(claims).serialize())).isInstanceOf(Judgement.Wrong.class);
    // The public key taken for a secret: RFC 8725, section 2.1.
    var forged =
        new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("one").build(), claims);
    String shown = issuer.key().toPublicJWK().toString();
    forged.sign(new MACSigner(shown.getBytes(StandardCharsets.UTF_8)));
    assertThat(judge(forged.serialize())).isInstanceOf(Judgement.Wrong.class);
    assertThat(judge("x.y.z")).isInstanceOf(Judgement.Wrong.class);
    assertThat(judge("")).isInstanceOf(Judgement.Wrong.class);
  }

  @Test
  void judge_issuerThatCannotBeAsked_isWrong() {
    assertThat(judge(config("http://127.0.0.1:1", "db"), issuer.token("alice")))
        .isInstanceOf(Judgement.Wrong.class);
    assertThat(judge(config(issuer.url() + "/elsewhere", "db"), issuer.token("alice")))
        .isInstanceOf(Judgement.Wrong.class);
  }
}
