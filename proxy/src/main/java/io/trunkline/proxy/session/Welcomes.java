package io.trunkline.proxy.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.trunkline.pool.PoolKey;
import io.trunkline.pool.ReportedParameters;
import io.trunkline.protocol.NanoTime;
import io.trunkline.protocol.sql.SessionSettings;
import io.trunkline.routing.Member;
import io.trunkline.routing.Role;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What servers reported to earlier clients with the same settings, so that a client can be
/// welcomed without a server. True as long as the member is what it was: its role, timeline and
/// whether it is read-only are part of the key. Of what else a reload may have changed, every
/// client that hears of it tells the others, and nothing is believed for longer than [#BELIEVED].
///
/// `application_name` is not part of the key, for it is reported as it was set and may be different
/// for every client. Thread-safe.
public final class Welcomes {
  private static final String APPLICATION_NAME = "application_name";
  private static final int ENTRIES_MAX = 10_000;

  /// So that a client that goes away again for what it is told, as libpq's `target_session_attrs`
  /// makes it, is not told the same for ever.
  static final Duration BELIEVED = Duration.ofMinutes(1);

  private record Key(
      PoolKey pool, Role role, int timeline, boolean readOnly, SessionSettings settings) {}

  private final Cache<Key, ReportedParameters> known;

  public Welcomes(NanoTime clock) {
    known =
        Caffeine.newBuilder()
            .maximumSize(ENTRIES_MAX)
            .expireAfterWrite(BELIEVED)
            .ticker(clock::now)
            .executor(Runnable::run) // or an event loop may have to wait for who tidies up
            .build();
  }

  /// What this member would report to a client with these settings; null when that is not known.
  @Nullable ReportedParameters find(PoolKey pool, Member member, SessionSettings settings) {
    String name = settings.get(APPLICATION_NAME);
    if (name != null && !isPlain(name)) {
      return null; // the server will change it
    }
    ReportedParameters welcome = known.getIfPresent(key(pool, member, settings));
    return welcome == null ? null : welcome.with(APPLICATION_NAME, name == null ? "" : name);
  }

  /// Remembers what a server of this member reports to a client with these settings and no others.
  void learn(PoolKey pool, Member member, SessionSettings settings, ReportedParameters reported) {
    known.put(key(pool, member, settings), reported.with(APPLICATION_NAME, ""));
  }

  private static Key key(PoolKey pool, Member member, SessionSettings settings) {
    return new Key(
        pool,
        member.role(),
        member.timeline(),
        member.readOnly(),
        settings.without(APPLICATION_NAME));
  }

  /// PostgreSQL replaces everything but printable ASCII and cuts what is too long.
  private static boolean isPlain(String name) {
    return name.length() < 64 && name.chars().allMatch(c -> c >= 32 && c < 127);
  }
}
