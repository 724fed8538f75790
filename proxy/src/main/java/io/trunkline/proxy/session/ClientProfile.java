package io.trunkline.proxy.session;

import io.trunkline.pool.PoolMode;
import io.trunkline.pool.PoolSettings;
import io.trunkline.pool.ServerStartup;
import io.trunkline.protocol.CancelKey;
import io.trunkline.protocol.ProtocolVersion;
import io.trunkline.protocol.sql.SessionSettings;
import io.trunkline.routing.ListenerRole;
import io.trunkline.routing.Member;
import io.trunkline.routing.Role;
import io.trunkline.routing.RoutingSettings;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is settled about a client when its login has ended. Only how its pools behave and how long
/// it waits for a member may be otherwise later: it has another profile then ([#renewed]).
///
/// @param id counts the clients of this process
/// @param user who it is
/// @param database the database by the name it used
/// @param address where it comes from, for people
/// @param version the protocol it speaks
/// @param cancelKey what it may cancel its queries by
/// @param cluster the cluster its listener leads to
/// @param role what its listener promises
/// @param routing how its listener chooses among members
/// @param tags what members of that listener must be labelled with
/// @param poolMode how long it keeps a server
/// @param pool how its pools behave
/// @param serverDatabase the database on the server
/// @param serverUser the user on the server
/// @param connectQuery what its pools' server connections run when they are new; empty for nothing
/// @param startup the settings it asked for in its StartupMessage
/// @param ownStartup what a server connection is opened with that serves this client alone and ends
///   with it, as replication needs it; null for all who share a pool's connections
/// @param hold how long it waits for a member
/// @param rules what the configuration of now says of that
public record ClientProfile(
    long id,
    String user,
    String database,
    String address,
    ProtocolVersion version,
    CancelKey cancelKey,
    String cluster,
    ListenerRole role,
    RoutingSettings routing,
    Map<String, String> tags,
    PoolMode poolMode,
    PoolSettings pool,
    String serverDatabase,
    String serverUser,
    String connectQuery,
    SessionSettings startup,
    @Nullable ServerStartup ownStartup,
    Duration hold,
    ClientRules rules) {

  /// The same client by the configuration of now; this very one when nothing is otherwise.
  ClientProfile renewed() {
    PoolSettings poolNow = rules.pool(pool);
    Duration holdNow = rules.hold(hold);
    if (poolNow.equals(pool) && holdNow.equals(hold)) {
      return this;
    }
    return new ClientProfile(
        id,
        user,
        database,
        address,
        version,
        cancelKey,
        cluster,
        role,
        routing,
        tags,
        poolMode,
        poolNow,
        serverDatabase,
        serverUser,
        connectQuery,
        startup,
        ownStartup,
        holdNow,
        rules);
  }

  /// Whether its server connection is its own from beginning to end.
  boolean hasOwnServer() {
    return ownStartup != null;
  }

  /// Whether this member would serve it only because no standby can, under a bound of its own.
  boolean fallsBackTo(Member member) {
    return role == ListenerRole.PREFER_REPLICA
        && member.role() == Role.PRIMARY
        && routing.fallbackSize() > 0;
  }

  /// How its pools behave where it falls back to.
  PoolSettings fallbackPool() {
    return pool.boundedBy(routing.fallbackSize());
  }

  /// What [#fallbackPool] is by the configuration of now.
  PoolSettings fallbackPoolNow(PoolSettings before) {
    return rules.pool(before).boundedBy(routing.fallbackSize());
  }

  /// The longest message to be let through, either way.
  int messageBytesMax() {
    return (int) pool().maxMessageBytes().bytes(); // the setting allows no more
  }

  @Override
  public String toString() {
    return ClientLog.name(id, database, user, address);
  }
}
