package io.trunkline.proxy.login;

import io.netty.channel.Channel;
import io.trunkline.conf.DatabaseSettings;
import io.trunkline.conf.UserSettings;
import io.trunkline.protocol.CancelKey;
import io.trunkline.protocol.ReplicationMode;
import io.trunkline.protocol.StartupPacket.StartupMessage;
import io.trunkline.protocol.auth.Credential;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.protocol.sql.SessionSettings;
import io.trunkline.protocol.sql.StartupOptions;
import io.trunkline.proxy.session.ClientErrors;
import io.trunkline.proxy.session.ClientHandler;
import io.trunkline.proxy.session.ClientLimits;
import io.trunkline.proxy.session.ClientProfile;
import io.trunkline.proxy.session.ClientSession;
import io.trunkline.proxy.session.LoopContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Turns a client that has proved who it is into a session: where it goes, by which rules, with
/// which settings.
final class SessionOpening {
  private static final String APPLICATION_NAME = "application_name";
  private static final AtomicLong NEXT_ID = new AtomicLong(1);

  /// What the configuration says of the database and the user, and what kind of connection to them
  /// the client wants.
  record Target(DatabaseSettings database, UserSettings user, ReplicationMode replication) {}

  private final Door door;
  private final Channel channel;
  private final StartupMessage startup;
  private final Target target;
  private SessionSettings settings = SessionSettings.EMPTY;

  SessionOpening(Door door, Channel channel, StartupMessage startup, Target target) {
    this.door = door;
    this.channel = channel;
    this.startup = startup;
    this.target = target;
  }

  /// Why there can be no session; null when there can. Counts the client where clients are counted.
  @Nullable ErrorResponse refusal() {
    List<String> ignored = door.settings().ignoreStartupParameters();
    String options = startup.parameters().getOrDefault("options", "");
    switch (StartupOptions.parse(ignored.contains("options") ? "" : options)) {
      case StartupOptions.Refused(String message) -> {
        return ClientErrors.badStartupOption(message);
      }
      case StartupOptions.Parsed(SessionSettings parsed) -> settings = wanted(parsed, ignored);
    }
    ErrorResponse shut = door.logins().console().closed(startup.database());
    if (shut != null) {
      return shut;
    }
    ClientLimits clients = door.logins().clients();
    String database = startup.database();
    String user = startup.user();
    if (!clients.enterDatabase(database, target.database.maxClientConnections())) {
      return ClientErrors.tooManyClients(
          "database \"%s\"".formatted(database), target.database.maxClientConnections());
    }
    channel.closeFuture().addListener(closed -> clients.leaveDatabase(database));
    int ofUser = door.logins().config().get().maxClientsOf(user);
    if (!clients.enterUser(user, ofUser)) {
      return ClientErrors.tooManyClients("user \"%s\"".formatted(user), ofUser);
    }
    channel.closeFuture().addListener(closed -> clients.leaveUser(user));
    return null;
  }

  private SessionSettings wanted(SessionSettings options, List<String> ignored) {
    SessionSettings all = withParameters(options);
    for (String name : ignored) {
      all = all.without(name);
    }
    if (!door.settings().applicationNameAddHost()) {
      return all;
    }
    String name = all.get(APPLICATION_NAME);
    String known = name == null || name.isEmpty() ? "app" : name;
    return all.with(APPLICATION_NAME, known + " - " + ClientAddress.of(channel));
  }

  /// Parameters of the packet itself win over those in `options`, as in PostgreSQL.
  private SessionSettings withParameters(SessionSettings options) {
    SessionSettings all = options;
    for (Map.Entry<String, String> parameter : startup.parameters().entrySet()) {
      if (StartupOptions.isSetting(parameter.getKey())) {
        all = all.with(parameter.getKey(), parameter.getValue());
      }
    }
    return all;
  }

  /// What was settled about the client before.
  record Known(long id, CancelKey key, String address) {}

  void open(ClientHandler handler, Known known, Credential credential) {
    ClientProfile profile = profile(known);
    if (target.database.user() == null) {
      door.logins().credentials().learn(profile.cluster(), profile.serverUser(), credential);
    }
    LoopContext context = door.logins().contexts().apply(channel.eventLoop());
    ClientSession session = new ClientSession(profile, context, channel);
    handler.become(session);
    session.begin();
  }

  /// Counts the clients of this process.
  static long nextId() {
    return NEXT_ID.getAndIncrement();
  }

  private ClientProfile profile(Known known) {
    String user = startup.user();
    String database = startup.database();
    Destination there =
        Destination.of(
            door.logins().config().get(),
            door.settings(),
            new Destination.Names(database, user),
            target.database,
            target.user);
    var own = new ReplicationStart(target.replication, startup);
    return new ClientProfile(
        known.id,
        user,
        database,
        known.address,
        startup.version().negotiated(),
        known.key,
        there.cluster(),
        there.role(),
        there.routing(),
        there.tags(),
        own.poolMode(there.poolMode()),
        ReplicationStart.pool(target.replication, there.pool()),
        own.poolDatabase(there.database()),
        there.user(),
        there.connectQuery(),
        settings,
        own.server(there.user(), there.database()),
        there.hold(),
        new PresentRules(door, there.cluster(), database, user, target.replication));
  }
}
