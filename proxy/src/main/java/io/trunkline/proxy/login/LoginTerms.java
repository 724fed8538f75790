package io.trunkline.proxy.login;

import io.netty.channel.Channel;
import io.trunkline.conf.AdminRole;
import io.trunkline.conf.AdminUserSettings;
import io.trunkline.conf.DatabaseSettings;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.conf.hba.AccessRules;
import io.trunkline.conf.hba.HbaClient;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.ReplicationMode;
import io.trunkline.protocol.auth.AuthMethod;
import io.trunkline.protocol.auth.BearerLogin;
import io.trunkline.protocol.auth.ClientLogin;
import io.trunkline.protocol.auth.JudgedPasswordLogin;
import io.trunkline.protocol.auth.LoginConversation;
import io.trunkline.protocol.auth.StoredSecret;
import io.trunkline.settings.Secret;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Finds out how one client has to prove who it is, and what it is measured by: the listener's
/// method, or the line of the HBA file about it; then the user's secret, wherever that is.
@EventLoopConfined
final class LoginTerms {
  private final Door door;
  private final Channel channel;
  private final LoginPhase.Start start;
  private final ReplicationMode replication;
  private final ProxyConfig config;
  private final String user;

  LoginTerms(Door door, Channel channel, LoginPhase.Start start, ReplicationMode replication) {
    this.door = door;
    this.channel = channel;
    this.start = start;
    this.replication = replication;
    this.config = door.logins().config().get();
    this.user = start.message().user();
  }

  boolean isConsole() {
    return config.admin().databases().contains(start.message().database());
  }

  /// What the client may do on the console; null for one that may not use it.
  @Nullable AdminRole role() {
    if (isOwner()) {
      return AdminRole.ADMIN;
    }
    AdminUserSettings guest = config.admin().users().get(user);
    return guest == null ? null : guest.role();
  }

  /// Whether the system itself says that this is the account that runs the proxy, in the name of
  /// the console: PgBouncer lets it command without a password. It could do anything to the process
  /// anyhow.
  private boolean isOwner() {
    UnixPeer peer = UnixPeer.of(channel);
    return isConsole()
        && config.admin().databases().contains(user)
        && peer != null
        && door.logins().gate().isOwner(peer);
  }

  /// Completes on the client's loop, maybe at once, or with a failure on any thread.
  CompletionStage<Terms> find() {
    if (isOwner()) {
      return now(talk(AuthMethod.TRUST, null, null));
    }
    AccessRules rules = door.settings().authMethod() == null ? config.access() : null;
    if (rules == null) {
      return isConsole()
          ? now(consoleTalk(consoleMethod(listenersMethod())))
          : by(listenersMethod());
    }
    return door.logins()
        .gate()
        .judge(visitor(rules))
        .thenComposeAsync(this::follow, channel.eventLoop());
  }

  private Gate.Visitor visitor(AccessRules rules) {
    InetAddress address =
        channel.remoteAddress() instanceof InetSocketAddress inet ? inet.getAddress() : null;
    HbaClient client =
        new HbaClient(
            address,
            channel.pipeline().get("tls") != null,
            start.message().database(),
            user,
            replication == ReplicationMode.PHYSICAL);
    return new Gate.Visitor(
        rules,
        client,
        claim(),
        ClientAddress.host(channel),
        UnixPeer.of(channel),
        start.certificate());
  }

  private CompletionStage<Terms> follow(Gate.Answer answer) {
    boolean stranger = isConsole() && role() == null;
    return switch (answer) {
      case Gate.Answer.Refused(var error, String reason) -> now(new Terms.Refused(error, reason));
      case Gate.Answer.LetIn() ->
          now(
              stranger
                  ? consoleTalk(AuthMethod.SCRAM_SHA_256)
                  : talk(AuthMethod.TRUST, null, null));
      case Gate.Answer.Method(AuthMethod method) -> {
        AuthMethod asked =
            stranger && method == AuthMethod.TRUST ? AuthMethod.SCRAM_SHA_256 : method;
        yield isConsole() ? now(consoleTalk(ownConsoleMethod(asked))) : by(asked);
      }
      case Gate.Answer.Password(var refusal, Judge judge) ->
          now(judged(new JudgedPasswordLogin(refusal), stranger ? Judge.NEVER : judge));
      case Gate.Answer.Token(var refusal, String where, Judge judge) ->
          now(judged(new BearerLogin(where, refusal), stranger ? Judge.NEVER : judge));
    };
  }

  private static CompletionStage<Terms> now(Terms terms) {
    return CompletableFuture.completedFuture(terms);
  }

  private AuthMethod listenersMethod() {
    return door.settings().authMethod(config.auth());
  }

  /// Commands are not for everybody, unless the configuration says so in as many words.
  private AuthMethod consoleMethod(AuthMethod method) {
    boolean open = method == AuthMethod.TRUST || (method == AuthMethod.CERT && role() == null);
    return ownConsoleMethod(open ? AuthMethod.SCRAM_SHA_256 : method);
  }

  private AuthMethod ownConsoleMethod(AuthMethod method) {
    AuthMethod own = config.admin().authMethod();
    return own != null && role() != null ? own : method;
  }

  private Terms consoleTalk(AuthMethod method) {
    Secret secret = config.consoleSecret(user);
    return talk(method, secret == null ? null : StoredSecret.parse(secret), null);
  }

  private Terms talk(
      AuthMethod method, @Nullable StoredSecret secret, Terms.@Nullable Found found) {
    LoginConversation conversation =
        new ClientLogin(method, user, secret, start.tls(), door.logins().present());
    return new Terms.Talk(conversation, found, Judge.NOBODY);
  }

  private static Terms judged(LoginConversation conversation, Judge judge) {
    return new Terms.Talk(conversation, null, judge);
  }

  private CompletionStage<Terms> by(AuthMethod method) {
    if (method == AuthMethod.TRUST || method == AuthMethod.CERT) {
      return now(talk(method, null, null));
    }
    Claim claim = claim();
    return door.logins()
        .secrets()
        .find(claim, ClientAddress.host(channel))
        .thenApplyAsync(finding -> onFinding(method, claim, finding), channel.eventLoop());
  }

  private Terms onFinding(AuthMethod method, Claim claim, Finding finding) {
    return switch (finding) {
      case Finding.Known(StoredSecret secret, Finding.Keeper keeper) ->
          talk(method, secret, new Terms.Found(claim, secret, keeper));
      case Finding.Nobody() -> talk(method, null, null);
      case Finding.Unavailable(var error, String reason) -> new Terms.Refused(error, reason);
    };
  }

  /// What is to be asked about a client that has proved who it is; null for nothing.
  ///
  /// @param found what it was measured by
  @Nullable RoleCheck roleCheck(Terms.@Nullable Found found) {
    if (isConsole() || config.auth().queryUser() == null) {
      return null;
    }
    Claim claim = claim();
    String forced = database().user();
    Claim role = forced == null ? claim : new Claim(claim.cluster(), claim.database(), forced);
    RoleCheck check = new RoleCheck(role, user, found == null ? null : found.keeper());
    return check.isDone() ? null : check;
  }

  private DatabaseSettings database() {
    DatabaseSettings known = config.database(start.message().database());
    return known == null ? DatabaseSettings.defaults() : known;
  }

  /// Where to ask about the user: the place its database is in, or would be in if there were one.
  private Claim claim() {
    String cluster = config.clusterOf(door.settings(), database());
    return new Claim(cluster, config.secretsDatabase(start.message().database()), user);
  }
}
