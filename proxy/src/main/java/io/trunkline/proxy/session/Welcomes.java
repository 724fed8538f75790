package io.trunkline.proxy.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.trunkline.pool.PoolKey;
import io.trunkline.pool.ReportedParameters;
import io.trunkline.protocol.sql.SessionSettings;
import io.trunkline.routing.Member;
import io.trunkline.routing.Role;
import org.jspecify.annotations.Nullable;

/// What servers reported to earlier clients with the same settings, so that a client can be
/// welcomed without a server. True as long as the member keeps its role and timeline: both are part
/// of the key. Thread-safe.
///
/// `application_name` is not part of the key, for it is reported as it was set and may be different
/// for every client.
public final class Welcomes {
  private static final String APPLICATION_NAME = "application_name";
  private static final int ENTRIES_MAX = 10_000;

  private record Key(PoolKey pool, Role role, int timeline, SessionSettings settings) {}

  private final Cache<Key, ReportedParameters> known =
      Caffeine.newBuilder().maximumSize(ENTRIES_MAX).build();

  /// What this member would report to a client with these settings; null when that is not known.
  @Nullable ReportedParameters find(PoolKey pool, Member member, SessionSettings settings) {
    String name = settings.get(APPLICATION_NAME);
    if (name != null && !isPlain(name)) {
      return null; // the server will change it
    }
    ReportedParameters welcome = known.getIfPresent(key(pool, member, settings));
    return welcome == null ? null : welcome.with(APPLICATION_NAME, name == null ? "" : name);
  }

  void learn(PoolKey pool, Member member, SessionSettings settings, ReportedParameters reported) {
    known.put(key(pool, member, settings), reported.with(APPLICATION_NAME, ""));
  }

  private static Key key(PoolKey pool, Member member, SessionSettings settings) {
    return new Key(pool, member.role(), member.timeline(), settings.without(APPLICATION_NAME));
  }

  /// PostgreSQL replaces everything but printable ASCII and cuts what is too long.
  private static boolean isPlain(String name) {
    return name.length() < 64 && name.chars().allMatch(c -> c >= 32 && c < 127);
  }
}
