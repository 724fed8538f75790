package io.trunkline.proxy.login;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.trunkline.conf.AdminUserSettings;
import io.trunkline.conf.DatabaseSettings;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.CancelKey;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrameBound;
import io.trunkline.protocol.FrameReader;
import io.trunkline.protocol.ProtocolVersion;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.ReplicationMode;
import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.StartupPacket.StartupMessage;
import io.trunkline.protocol.auth.AuthMethod;
import io.trunkline.protocol.auth.ClientLogin;
import io.trunkline.protocol.auth.Credential;
import io.trunkline.protocol.auth.LoginStep;
import io.trunkline.protocol.auth.PasswordSalting;
import io.trunkline.protocol.auth.StoredSecret;
import io.trunkline.protocol.auth.TlsIdentity;
import io.trunkline.protocol.message.BackendMessage;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.proxy.session.ClientErrors;
import io.trunkline.proxy.session.ClientHandler;
import io.trunkline.proxy.session.ClientPhase;
import io.trunkline.settings.Secret;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A client between its StartupMessage and the end of its login. User and database are those of the
/// first StartupMessage, whatever happens later; a client that talks before it is asked is refused.
@EventLoopConfined
final class LoginPhase implements ClientPhase {
  private static final Logger log = LoggerFactory.getLogger(LoginPhase.class);

  /// What the connection's start has shown.
  @EventLoopConfined
  record Start(StartupMessage message, TlsIdentity tls, LoginDeadline deadline) {}

  /// What the client is measured by, and whence.
  private record Found(Claim claim, StoredSecret secret) {}

  private final ClientHandler handler;
  private final Channel channel;
  private final Door door;
  private final Start start;
  private final String user;
  private final String address;

  /// What kind of connection the client asks for; empty when nobody knows what that is.
  private final Optional<ReplicationMode> replication;

  private final FrameReader frames = new FrameReader();

  /// The conversation; null until the user's secret is known.
  private @Nullable ClientLogin login;

  /// Non-null once a source knew the user.
  private @Nullable Found found;

  private boolean over;
  private boolean loggedIn;

  /// Whether something of ours has to be found out before the next message can be looked at.
  private boolean waiting;

  /// What the client sent meanwhile; null for nothing.
  private @Nullable ByteBuf early;

  LoginPhase(ClientHandler handler, Channel channel, Door door, Start start) {
    this.handler = handler;
    this.channel = channel;
    this.door = door;
    this.start = start;
    this.user = start.message.user();
    this.address = ClientAddress.of(channel);
    this.replication = ReplicationMode.parse(start.message.replication());
    start.deadline.passTo(() -> fail(ClientErrors.loginTimeout()));
  }

  void begin() {
    if (!start.message.hasUser()) {
      fail(ClientErrors.noUser());
      return;
    }
    if (replication.isEmpty()) {
      fail(ClientErrors.badReplication(start.message.replication()));
      return;
    }
    negotiateVersion();
    Admission admission = new Admission(door.logins(), channel);
    AdminUserSettings guest = config().admin().users().get(user);
    if (!(isConsole() ? admission.ofGuest(guest) : admission.ofClient())) {
      fail(ClientErrors.tooManyClients("max_client_connections", admission.max()));
    } else if (isConsole()) {
      Secret secret = config().consoleSecret(user);
      onSecret(secret == null ? null : StoredSecret.parse(secret));
    } else if (method() == AuthMethod.TRUST || method() == AuthMethod.CERT) {
      onSecret(null);
    } else {
      findSecret();
    }
  }

  private void negotiateVersion() {
    ProtocolVersion asked = start.message.version();
    List<String> extensions = start.message.extensions();
    if (asked.compareTo(ProtocolVersion.LATEST) > 0 || !extensions.isEmpty()) {
      write(new BackendMessage.NegotiateProtocolVersion(asked.negotiated(), extensions));
    }
  }

  private ProxyConfig config() {
    return door.logins().config().get();
  }

  private boolean isConsole() {
    return config().admin().databases().contains(start.message.database());
  }

  private AuthMethod method() {
    AuthMethod own = door.settings().authMethod();
    return own != null ? own : config().auth().method();
  }

  /// Commands are not for everybody, unless the configuration says so in as many words.
  private AuthMethod consoleMethod() {
    AuthMethod own = config().admin().authMethod();
    if (own != null && config().admin().users().containsKey(user)) {
      return own;
    }
    return method() == AuthMethod.TRUST ? AuthMethod.SCRAM_SHA_256 : method();
  }

  private void findSecret() {
    waiting = true;
    Claim claim = claim();
    door.logins()
        .secrets()
        .find(claim, ClientAddress.host(channel))
        .whenComplete((finding, failure) ->
            channel
                .eventLoop()
                .execute(() -> {
                  if (failure == null) {
                    onFinding(claim, finding);
                  } else {
                    log.error("{} cannot be authenticated", this, failure);
                    fail(ClientErrors.internal());
                  }
                }));
  }

  /// Where to ask about the user: the place its database is in, or would be in if there were one.
  private Claim claim() {
    DatabaseSettings known = config().database(start.message.database());
    DatabaseSettings database = known == null ? DatabaseSettings.defaults() : known;
    String cluster = config().clusterOf(door.settings(), database);
    return new Claim(cluster, config().secretsDatabase(start.message.database()), user);
  }

  private void onFinding(Claim claim, Finding finding) {
    switch (finding) {
      case Finding.Known(StoredSecret secret) -> {
        found = new Found(claim, secret);
        onSecret(secret);
      }
      case Finding.Nobody() -> onSecret(null);
      case Finding.Unavailable(ErrorResponse error, String reason) -> {
        log.warn("{} cannot be authenticated: {}", this, reason);
        fail(error);
      }
    }
  }

  private void onSecret(@Nullable StoredSecret secret) {
    if (over) {
      return;
    }
    AuthMethod method = isConsole() ? consoleMethod() : method();
    ClientLogin conversation =
        new ClientLogin(method, user, secret, start.tls, door.logins().tools());
    login = conversation;
    waiting = false;
    take(conversation.start());
    if (!waiting) {
      goOn();
    }
  }

  @Override
  public void onRead(ByteBuf in) {
    if (waiting && !over) {
      hold(in);
      return;
    }
    ClientLogin conversation = login;
    try {
      while (conversation != null && !waiting && !over) {
        FrameReader.Frame frame = frames.read(in, FrameBound.CLIENT_PASSWORD);
        if (frame == null) {
          break;
        }
        take(conversation.onMessage(frame.tag(), frame.body()));
      }
      if (waiting && in.isReadable()) {
        hold(in.retain());
      }
    } catch (ProtocolViolation violation) {
      fail(ClientErrors.protocolViolation(String.valueOf(violation.getMessage())));
    } finally {
      if (loggedIn && in.isReadable()) {
        handler.read(in); // sent behind the last message of the login
      } else {
        in.release();
      }
    }
  }

  /// Keeps what the client sends too early, which is one read at most.
  private void hold(ByteBuf in) {
    channel.config().setAutoRead(false);
    ByteBuf before = early;
    early = before == null ? in : Unpooled.wrappedBuffer(before, in);
  }

  private void goOn() {
    waiting = false;
    ByteBuf held = early;
    early = null;
    if (held != null) {
      channel.config().setAutoRead(true);
      handler.read(held); // maybe for the phase behind this one
    }
    handler.tellInputEnd();
  }

  /// What came before the end may still be worth something; a message that is not whole is not.
  @Override
  public void onInputEnd() {
    if (!waiting && !over) { // which closes when it has said why
      channel.close();
    }
  }

  private void take(LoginStep step) {
    switch (step) {
      case LoginStep.Send(BackendMessage message) -> {
        write(message);
        channel.flush();
      }
      case LoginStep.Compute(PasswordSalting salting) -> compute(salting);
      case LoginStep.Done(Credential credential, List<BackendMessage> messages) ->
          onDone(credential, messages);
      case LoginStep.Failed(ErrorResponse error, String reason) -> {
        log.warn("{} login failed: {}", this, reason);
        tellSource(error);
        fail(error);
      }
    }
  }

  private void tellSource(ErrorResponse error) {
    if (found != null && SqlState.INVALID_PASSWORD.equals(error.sqlState())) {
      door.logins().secrets().refuted(found.claim, found.secret);
    }
  }

  private void compute(PasswordSalting salting) {
    waiting = true;
    door.logins()
        .saltings()
        .salt(salting, ClientAddress.host(channel))
        .whenComplete((salted, failure) ->
            channel
                .eventLoop()
                .execute(() -> {
                  if (failure == null) {
                    onComputed(salted);
                  } else if (failure instanceof RejectedExecutionException) {
                    fail(ClientErrors.tooManyLogins());
                  } else {
                    log.error("{} cannot be authenticated", this, failure);
                    fail(ClientErrors.internal());
                  }
                }));
  }

  private void onComputed(Bytes salted) {
    ClientLogin conversation = login;
    if (!over && conversation != null) {
      waiting = false;
      take(conversation.onComputed(salted));
      if (!waiting) {
        goOn();
      }
    }
  }

  private void onDone(Credential credential, List<BackendMessage> messages) {
    if (isConsole()) {
      end();
      loggedIn = true;
      messages.forEach(this::write);
      ClientPhase console = door.logins().console().open(channel, guest());
      handler.become(console);
      return;
    }
    ReplicationMode mode = replication.orElseThrow();
    DatabaseSettings database = config().database(start.message.database());
    if (database == null && mode == ReplicationMode.PHYSICAL) {
      database = DatabaseSettings.defaults(); // what it names is no database, and never looked for
    }
    if (database == null) {
      fail(ClientErrors.noSuchDatabase(start.message.database()));
      return;
    }
    open(credential, messages, new SessionOpening.Target(database, config().user(user), mode));
  }

  private Console.Login guest() {
    return new Console.Login(
        SessionOpening.nextId(),
        user,
        start.message.database(),
        address,
        start.message.version().negotiated(),
        start.message.parameters().getOrDefault("application_name", ""));
  }

  private void open(
      Credential credential, List<BackendMessage> messages, SessionOpening.Target target) {
    var opening = new SessionOpening(door, channel, start.message, target);
    ErrorResponse refusal = opening.refusal();
    if (refusal != null) {
      fail(refusal);
      return;
    }
    end();
    loggedIn = true;
    messages.forEach(this::write);
    CancelKey key = door.logins().cancels().reserve(start.message.version().negotiated());
    opening.open(handler, key, credential, address);
  }

  /// Whether this is the first end of it.
  private boolean end() {
    start.deadline.met();
    boolean first = !over;
    over = true;
    return first;
  }

  private void write(BackendMessage message) {
    ByteBuf out = channel.alloc().buffer();
    message.encode(out);
    channel.write(out, channel.voidPromise());
  }

  @Override
  public void onReadComplete() {
    // every answer is flushed as it is made
  }

  @Override
  public void onClientGone(String reason) {
    end();
    ByteBuf dropped = early;
    early = null;
    if (dropped != null) {
      dropped.release();
    }
  }

  @Override
  public void fail(ErrorResponse error) {
    if (end()) {
      log.info("{} refused: {} {}", this, error.sqlState(), error.message());
      door.logins().countRefusal(channel, error);
      write(error);
      channel.flush();
      channel.close();
    }
  }

  @Override
  public String toString() {
    return "%s/%s@%s".formatted(start.message.database(), user, address);
  }
}
