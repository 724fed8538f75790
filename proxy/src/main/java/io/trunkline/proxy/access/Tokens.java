package io.trunkline.proxy.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jwt.JWTClaimsSet;
import io.trunkline.conf.AuthSettings;
import io.trunkline.conf.hba.HbaRule;
import io.trunkline.conf.hba.IdentMaps;
import io.trunkline.conf.hba.OauthOptions;
import io.trunkline.conf.hba.Outside;
import io.trunkline.protocol.NanoTime;
import io.trunkline.protocol.auth.Judgement;
import io.trunkline.settings.Secret;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// Judges tokens: by their issuer's keys, then by their scopes, then by whether the name in them
/// may be this user. Blocks. Thread-safe.
final class Tokens {
  private static final int ISSUERS_MAX = 100;

  /// An issuer's document may name another place for its keys one day.
  private static final Duration ISSUER_KEPT = Duration.ofMinutes(15);

  private final InstantSource time;
  private final Cache<Issuer.Setup, Issuer> issuers;

  Tokens(InstantSource time, NanoTime clock) {
    this.time = time;
    this.issuers =
        Caffeine.newBuilder()
            .maximumSize(ISSUERS_MAX)
            .expireAfterWrite(ISSUER_KEPT)
            .ticker(clock::now)
            .executor(Runnable::run)
            .build();
  }

  /// Whose name is in question.
  record Bearer(HbaRule rule, IdentMaps maps, String user, Outside outside) {}

  Judgement judge(AuthSettings settings, Bearer bearer, Secret token) {
    OauthOptions options = Objects.requireNonNull(bearer.rule.options().oauth());
    try {
      JWTClaimsSet claims = issuer(settings, options).check(token.reveal());
      List<String> missing = new ArrayList<>(options.scopes());
      missing.removeAll(scopes(claims));
      if (!missing.isEmpty()) {
        return new Judgement.Wrong("the token lacks the scopes " + missing);
      }
      String name = claims.getStringClaim(settings.oauthClaim());
      if (name == null || name.isEmpty()) {
        return new Judgement.Wrong("the token has no " + settings.oauthClaim());
      }
      return bearer.maps.allows(bearer.rule.options().map(), name, bearer.user, bearer.outside)
          ? new Judgement.Right()
          : new Judgement.Wrong("the token is that of " + name);
    } catch (Issuer.Doubt | Outside.Unanswered | ParseException doubt) {
      return new Judgement.Wrong(
          bearer.rule.place()
              + ": "
              + String.valueOf(doubt.getMessage()).replaceAll("\\p{C}", "?"));
    }
  }

  private Issuer issuer(AuthSettings settings, OauthOptions options) throws Issuer.Doubt {
    var setup =
        new Issuer.Setup(
            options.issuer(),
            options.discovery(),
            Objects.requireNonNull(settings.oauthAudience()),
            settings.oauthCaFile(),
            settings.oauthTimeout());
    Issuer known = issuers.getIfPresent(setup);
    if (known == null) { // not asked inside the cache, which would make others wait
      known = new Issuer(setup, time);
      issuers.put(setup, known);
    }
    return known;
  }

  /// As RFC 9068 has them, in one text; some issuers have a list, and another name for it.
  private static List<String> scopes(JWTClaimsSet claims) throws ParseException {
    for (String name : List.of("scope", "scp")) {
      Object value = claims.getClaim(name);
      if (value instanceof String text) {
        return Arrays.asList(text.split(" "));
      } else if (value instanceof List<?>) {
        return claims.getStringListClaim(name);
      }
    }
    return List.of();
  }

  /// What a client without a good token is told (RFC 7628, section 3.2.2).
  static String refusal(OauthOptions options) {
    return "{\"status\":\"invalid_token\",\"openid-configuration\":%s,\"scope\":%s}"
        .formatted(json(options.discovery()), json(String.join(" ", options.scopes())));
  }

  private static String json(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
