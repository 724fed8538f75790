package io.trunkline.proxy.authquery;

import io.trunkline.conf.AuthSettings;
import io.trunkline.conf.ClusterSettings;
import io.trunkline.conf.LookupQuery;
import io.trunkline.health.MemberQuery;
import io.trunkline.health.ProbeTarget;
import io.trunkline.health.QueryFailure;
import io.trunkline.health.QueryRows;
import io.trunkline.health.TopologyHolder;
import io.trunkline.protocol.NanoTime;
import io.trunkline.proxy.access.Groups;
import io.trunkline.proxy.login.Claim;
import io.trunkline.proxy.login.FairExecutor;
import io.trunkline.proxy.login.Roles;
import io.trunkline.proxy.login.SecretSource;
import io.trunkline.routing.Member;
import io.trunkline.routing.Topology;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/// One [LookupDesk] for each cluster and database, made when the first client needs it. Both names
/// come from the settings, so there are only so many. Thread-safe.
public final class LookupDesks implements AuthQuery.Lookups, AutoCloseable {

  /// Lookups that may wait, and those of one host: it takes many strangers to keep others out.
  private static final int WAITING = 1_000;

  private static final int WAITING_PER_ORIGIN = 100;

  /// The second only to see that there is one.
  private static final int ROWS_MAX = 2;

  /// A cluster, as lookups see it.
  public record Place(ClusterSettings settings, TopologyHolder topologies) {}

  /// What lookups need of the process.
  ///
  /// @param threads run tasks that block
  /// @param housekeeping shared by all connection pools
  public record Parts(Executor threads, ScheduledExecutorService housekeeping, NanoTime clock) {}

  private record Key(String cluster, String database) {}

  private final AuthSettings settings;
  private final Map<String, Place> places;
  private final Parts parts;
  private final MemberQuery.Question question;
  private final Map<Key, LookupDesk> desks = new ConcurrentHashMap<>();
  private final RoleGroups groups;
  private final Roles roles;

  /// @param places the clusters by name
  public LookupDesks(AuthSettings settings, Map<String, Place> places, Parts parts) {
    this.settings = settings;
    this.places = Map.copyOf(places);
    this.parts = parts;
    LookupQuery query = LookupQuery.parse(settings.query());
    this.question = new MemberQuery.Question(query.jdbc(), query.parameters(), ROWS_MAX);
    this.groups = new RoleGroups(settings, new GroupLines(), parts.clock);
    this.roles = new RoleStandings(groups, queue(), settings.queryTimeout());
  }

  /// Where users' secrets are found through these.
  public SecretSource secrets() {
    return new AuthQuery(settings, this, parts.clock);
  }

  /// Who is in which group, by the same way.
  public Groups groups() {
    return groups;
  }

  /// Which roles may log in, by the same way.
  public Roles roles() {
    return roles;
  }

  private final class GroupLines implements RoleGroups.Lines {
    @Override
    public Topology topology(String cluster) {
      return place(cluster).topologies.current();
    }

    @Override
    public RoleGroups.Line open(String cluster, String database, Member member) {
      MemberQuery query = query(RoleGroups.QUESTION, place(cluster), member, database);
      return new RoleGroups.Line() {
        @Override
        public QueryRows ask(String user, Duration atMost) throws QueryFailure {
          return query.ask(user, atMost);
        }

        @Override
        public void close() {
          query.close();
        }
      };
    }
  }

  private Place place(String cluster) {
    return Objects.requireNonNull(places.get(cluster), cluster);
  }

  @Override
  public CompletableFuture<Answer> ask(Claim claim, String origin) {
    return desks
        .computeIfAbsent(new Key(claim.cluster(), claim.database()), this::desk)
        .ask(claim.user(), origin);
  }

  private LookupDesk desk(Key key) {
    Place place = place(key.cluster);
    return new LookupDesk(
        place.topologies::current,
        member -> new Connections(query(question, place, member, key.database)),
        queue(),
        settings.queryTimeout(),
        parts.clock);
  }

  private FairExecutor queue() {
    int atOnce = settings.queryConnections();
    return new FairExecutor(
        parts.threads, FairExecutor.Bounds.of(atOnce, WAITING, WAITING_PER_ORIGIN));
  }

  private MemberQuery query(
      MemberQuery.Question question, Place place, Member member, String database) {
    Duration timeout = settings.queryTimeout();
    ProbeTarget target =
        new ProbeTarget(
            member.name(),
            member.address(),
            database,
            Objects.requireNonNull(settings.queryUser()),
            settings.queryPassword(),
            place.settings.tls(),
            properties(timeout));
    return new MemberQuery(
        question,
        target,
        new MemberQuery.Bounds(timeout, settings.queryConnections()),
        parts.housekeeping);
  }

  /// What makes the session ours: nothing in it comes from a client, and nothing the role or the
  /// database has set counts. The name travels as a parameter of the extended protocol, its type
  /// for the server to say.
  private static Map<String, String> properties(Duration timeout) {
    return Map.of(
        "ApplicationName",
        "trunkline-auth",
        "preferQueryMode",
        "extended",
        "stringtype",
        "unspecified",
        "maxResultBuffer",
        "64K",
        "options",
        "-c search_path=pg_catalog,public,pg_temp -c default_transaction_read_only=on"
            + " -c standard_conforming_strings=on -c jit=off -c statement_timeout="
            + timeout.toMillis());
  }

  @Override
  public void close() {
    desks.values().forEach(LookupDesk::close);
    groups.close();
  }

  private record Connections(MemberQuery query) implements LookupDesk.Line {
    @Override
    public Answer ask(String user, Duration atMost) throws QueryFailure {
      return SecretRow.read(query.ask(user, atMost), user);
    }

    @Override
    public void close() {
      query.close();
    }
  }
}
