package io.trunkline.proxy.authquery;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.trunkline.conf.AuthSettings;
import io.trunkline.conf.hba.Outside.Unanswered;
import io.trunkline.health.MemberQuery;
import io.trunkline.health.QueryFailure;
import io.trunkline.health.QueryRows;
import io.trunkline.protocol.NanoTime;
import io.trunkline.proxy.access.Groups;
import io.trunkline.proxy.login.Claim;
import io.trunkline.proxy.login.Roles;
import io.trunkline.routing.Member;
import io.trunkline.routing.Topology;
import io.trunkline.settings.HostPort;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Asks PostgreSQL who is in which group and may log in, with the rights of `auth.query_user`, and
/// remembers the answers as [AuthQuery] does: for `query_refresh` without asking, for `query_keep`
/// while nobody can be asked. Being a superuser makes nobody a member (PostgreSQL docs, "The
/// pg_hba.conf File"). Blocks. Thread-safe.
final class RoleGroups implements Groups, AutoCloseable {
  /// The name is compared as text: as a `name` a long one would be cut to another's. The third
  /// column has the milliseconds the role's password still holds; null for good.
  static final MemberQuery.Question QUESTION =
      new MemberQuery.Question(
          """
          WITH RECURSIVE groups (oid) AS (
            SELECT oid FROM pg_catalog.pg_roles WHERE rolname::text = ?::text
            UNION
            SELECT m.roleid FROM pg_catalog.pg_auth_members m JOIN groups ON m.member = groups.oid)
          SELECT rolname, CASE WHEN rolcanlogin THEN 'yes' ELSE 'no' END,
            CASE WHEN coalesce(rolvaliduntil, 'infinity') = 'infinity' THEN NULL
              WHEN rolvaliduntil <= now() THEN 0 ELSE
              (least(extract(epoch FROM rolvaliduntil - now()), 3e9) * 1000)::bigint END
          FROM pg_catalog.pg_roles JOIN groups USING (oid)
          """,
          1,
          10_000);

  private static final int ANSWERS_MAX = 10_000;
  private static final long REFUSED_NANOS = 1_000_000_000;

  /// One member, as questions reach it.
  interface Line extends AutoCloseable {
    QueryRows ask(String user, Duration atMost) throws QueryFailure;

    @Override
    void close();
  }

  /// What there is to ask.
  interface Lines {
    Topology topology(String cluster);

    /// Opens the line to a member. Nothing is dialled yet.
    Line open(String cluster, String database, Member member);
  }

  /// The names come from the settings, the addresses from who is a member: there are only so many,
  /// as long as those who are no members any more are forgotten.
  private record Key(String cluster, String database, HostPort address) {}

  /// What servers say of a role.
  ///
  /// @param groups those it is in, and itself; empty when there is none of this name
  /// @param canLogIn whether it is without NOLOGIN
  /// @param passwordEnds when its password holds no longer; null for never
  record RoleRow(Set<String> groups, boolean canLogIn, @Nullable Long passwordEnds) {
    RoleRow {
      groups = Set.copyOf(groups);
    }
  }

  /// @param freshUntil when to ask again
  /// @param keptUntil when it serves no longer, even if nobody can be asked
  private record Memory(RoleRow role, long freshUntil, long keptUntil) {}

  private final AuthSettings settings;
  private final Lines lines;
  private final NanoTime clock;
  private final Map<Key, Line> open = new ConcurrentHashMap<>();
  private final Cache<Claim, Memory> memories;

  RoleGroups(AuthSettings settings, Lines lines, NanoTime clock) {
    this.settings = settings;
    this.lines = lines;
    this.clock = clock;
    this.memories =
        Caffeine.newBuilder()
            .maximumSize(ANSWERS_MAX)
            .expireAfterWrite(longest(settings).plusSeconds(1))
            .ticker(clock::now)
            .executor(Runnable::run)
            .build();
  }

  private static Duration longest(AuthSettings settings) {
    return settings.queryRefresh().compareTo(settings.queryKeep()) > 0
        ? settings.queryRefresh()
        : settings.queryKeep();
  }

  @Override
  public Set<String> of(Claim claim) throws Unanswered {
    return role(claim).groups;
  }

  /// What is remembered of a role and needs no asking; null for nothing. Does not block.
  @Nullable RoleRow fresh(Claim claim) {
    Memory memory = memories.getIfPresent(claim);
    return memory != null && clock.now() - memory.freshUntil < 0 ? memory.role : null;
  }

  /// How a role stands now.
  Roles.State state(RoleRow role) {
    if (role.groups.isEmpty()) {
      return Roles.State.MISSING;
    } else if (!role.canLogIn) {
      return Roles.State.NO_LOGIN;
    }
    boolean expired = role.passwordEnds != null && clock.now() - role.passwordEnds >= 0;
    return expired ? Roles.State.PASSWORD_EXPIRED : Roles.State.FINE;
  }

  /// @throws Unanswered when nobody can be asked
  RoleRow role(Claim claim) throws Unanswered {
    RoleRow fresh = fresh(claim);
    if (fresh != null) {
      return fresh;
    }
    long now = clock.now();
    try {
      RoleRow role = ask(claim, now + settings.queryTimeout().toNanos());
      memories.put(
          claim,
          new Memory(role, now + freshNanos(state(role)), now + settings.queryKeep().toNanos()));
      return role;
    } catch (Unanswered unknown) {
      Memory memory = memories.getIfPresent(claim);
      if (memory != null && clock.now() - memory.keptUntil < 0) {
        return memory.role;
      }
      throw unknown;
    }
  }

  /// That somebody may not log in is soon looked at again.
  private long freshNanos(Roles.State state) {
    long nanos = settings.queryRefresh().toNanos();
    return state == Roles.State.FINE ? nanos : Math.min(nanos, REFUSED_NANOS);
  }

  private RoleRow ask(Claim claim, long deadline) throws Unanswered {
    Topology topology = lines.topology(claim.cluster());
    hangUpOnFormerMembers(claim.cluster(), topology);
    StringJoiner reasons = LookupOrder.reasons();
    RoleRow answer =
        LookupOrder.askInTurn(
            LookupOrder.of(topology, _ -> false),
            deadline,
            clock,
            (member, atMost) -> ask(claim, member, atMost, reasons));
    if (answer == null) {
      throw new Unanswered("no server says anything of the role: " + reasons);
    }
    return answer;
  }

  /// The member's answer; null, and one more reason, when it has none.
  private @Nullable RoleRow ask(Claim claim, Member member, Duration atMost, StringJoiner reasons) {
    try {
      return row(claim.user(), line(claim, member).ask(claim.user(), atMost));
    } catch (QueryFailure failure) {
      reasons.add("%s: %s".formatted(member.name(), failure.getMessage()));
      return null;
    }
  }

  private void hangUpOnFormerMembers(String cluster, Topology now) {
    List<HostPort> addresses = now.members().stream().map(Member::address).toList();
    for (Key key : List.copyOf(open.keySet())) {
      boolean former = key.cluster.equals(cluster) && !addresses.contains(key.address);
      Line line = former ? open.remove(key) : null;
      if (line != null) {
        line.close();
      }
    }
  }

  private Line line(Claim claim, Member member) {
    return open.computeIfAbsent(
        new Key(claim.cluster(), claim.database(), member.address()),
        _ -> lines.open(claim.cluster(), claim.database(), member));
  }

  private RoleRow row(String user, QueryRows answer) {
    Set<String> names = new HashSet<>();
    boolean canLogIn = false;
    Long ends = null;
    for (List<@Nullable String> row : answer.rows()) {
      String name = row.getFirst();
      if (name == null) {
        continue;
      }
      names.add(name);
      if (name.equals(user)) {
        canLogIn = "yes".equals(row.get(1));
        String millis = row.get(2);
        ends = millis == null ? null : clock.now() + MILLISECONDS.toNanos(Long.parseLong(millis));
      }
    }
    return new RoleRow(names, canLogIn, ends);
  }

  @Override
  public void close() {
    open.values().forEach(Line::close);
  }
}
