package io.trunkline.proxy.login;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.trunkline.conf.AdminRole;
import io.trunkline.conf.DatabaseSettings;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.pool.Deadline;
import io.trunkline.protocol.CancelKey;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrameBound;
import io.trunkline.protocol.FrameReader;
import io.trunkline.protocol.ProtocolVersion;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.ReplicationMode;
import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.StartupPacket.StartupMessage;
import io.trunkline.protocol.auth.Credential;
import io.trunkline.protocol.auth.LoginConversation;
import io.trunkline.protocol.auth.LoginErrors;
import io.trunkline.protocol.auth.LoginStep;
import io.trunkline.protocol.auth.PasswordSalting;
import io.trunkline.protocol.auth.TlsIdentity;
import io.trunkline.protocol.message.BackendMessage;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.protocol.tls.PeerIdentity;
import io.trunkline.proxy.session.ClientErrors;
import io.trunkline.proxy.session.ClientHandler;
import io.trunkline.proxy.session.ClientLog;
import io.trunkline.proxy.session.ClientPhase;
import io.trunkline.settings.Secret;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A client between its StartupMessage and the end of its login. User and database are those of the
/// first StartupMessage, whatever happens later; a client that talks before it is asked is refused.
@EventLoopConfined
final class LoginPhase implements ClientPhase {
  private static final Logger log = LoggerFactory.getLogger(LoginPhase.class);

  /// What the connection's start has shown.
  ///
  /// @param certificate whom the client's certificate is for; null when it showed none
  @EventLoopConfined
  record Start(
      StartupMessage message,
      TlsIdentity tls,
      @Nullable PeerIdentity certificate,
      Deadline deadline) {}

  private final ClientHandler handler;
  private final Channel channel;
  private final Door door;
  private final Start start;
  private final long id = SessionOpening.nextId();
  private final long since;
  private final String user;
  private final String address;

  /// What kind of connection the client asks for; empty when nobody knows what that is.
  private final Optional<ReplicationMode> replication;

  private final FrameReader frames = new FrameReader();

  /// The conversation; null until it is known how it goes.
  private @Nullable LoginConversation login;

  /// Non-null once a source knew the user.
  private Terms.@Nullable Found found;

  private Judge judge = Judge.NOBODY;

  /// Whether servers' word about the role is no longer needed.
  private boolean roleKnown;

  private boolean over;
  private boolean loggedIn;

  /// Whether something of ours has to be found out before the next message can be looked at.
  private boolean waiting;

  /// What the client sent meanwhile.
  private final EarlyBytes early = new EarlyBytes();

  LoginPhase(ClientHandler handler, Channel channel, Door door, Start start) {
    this.handler = handler;
    this.channel = channel;
    this.door = door;
    this.start = start;
    this.since = door.logins().clock().now();
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
    ClientLog.attempt(this, start.message.database(), user, channel, replication.get());
    negotiateVersion();
    Admission admission = new Admission(door.logins(), channel);
    LoginTerms terms = terms();
    if (!(terms.isConsole() ? admission.ofGuest(terms.role()) : admission.ofClient())) {
      fail(ClientErrors.tooManyClients("max_client_connections", admission.max()));
    } else {
      waiting = true;
      terms.find().whenComplete((found, failure) -> onLoop(() -> onTerms(found, failure)));
    }
  }

  private LoginTerms terms() {
    return new LoginTerms(door, channel, start, replication.orElseThrow());
  }

  /// At once where this is the client's loop.
  private void onLoop(Runnable task) {
    if (channel.eventLoop().inEventLoop()) {
      task.run();
    } else {
      channel.eventLoop().execute(task);
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

  private void onTerms(@Nullable Terms terms, @Nullable Throwable failure) {
    if (over) {
      return;
    }
    switch (terms) {
      case Terms.Talk talk -> {
        login = talk.conversation();
        found = talk.found();
        judge = talk.judge();
        proceed(talk.conversation().start());
      }
      case Terms.Refused(ErrorResponse error, String reason) -> {
        log.warn("{} cannot be authenticated: {}", this, reason);
        fail(error);
      }
      case null -> onFailure(failure);
    }
  }

  private void onFailure(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof RejectedExecutionException) {
      fail(ClientErrors.tooManyLogins());
    } else {
      log.error("{} cannot be authenticated", this, cause);
      fail(ClientErrors.internal());
    }
  }

  @Override
  public void onRead(ByteBuf in) {
    if (waiting && !over) {
      hold(in);
      return;
    }
    LoginConversation conversation = login;
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
    early.add(in);
  }

  /// Goes on after somebody was waited for, unless the next step waits again.
  private void proceed(LoginStep step) {
    waiting = false;
    take(step);
    if (!waiting) {
      goOn();
    }
  }

  private void goOn() {
    ByteBuf held = early.take();
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
      case LoginStep.Ask(Secret proof) -> ask(proof);
      case LoginStep.Done done -> onProved(done);
      case LoginStep.Failed(ErrorResponse error, String reason) -> {
        log.warn("{} login failed: {}", this, reason);
        tellSource(error);
        fail(error);
      }
    }
  }

  private void tellSource(ErrorResponse error) {
    if (found != null && SqlState.INVALID_PASSWORD.equals(error.sqlState())) {
      door.logins().secrets().refuted(found.claim(), found.secret());
    }
  }

  private void compute(PasswordSalting salting) {
    await(
        door.logins().saltings().salt(salting, ClientAddress.host(channel), user),
        LoginConversation::onComputed);
  }

  private void ask(Secret proof) {
    await(judge.judge(proof), LoginConversation::onJudged);
  }

  /// Goes on with what somebody else finds out.
  private <T> void await(
      CompletionStage<T> result, BiFunction<LoginConversation, T, LoginStep> next) {
    waiting = true;
    result.whenComplete((value, failure) ->
        channel
            .eventLoop()
            .execute(() -> {
              if (failure != null) {
                onFailure(failure);
                return;
              }
              LoginConversation conversation = login;
              if (!over && conversation != null) {
                proceed(next.apply(conversation, value));
              }
            }));
  }

  private void onProved(LoginStep.Done done) {
    RoleCheck check = roleKnown ? null : terms().roleCheck(found);
    if (check == null) {
      onDone(done.credential(), done.messages());
    } else {
      roleKnown = true;
      await(check.ask(door.logins().roles(), ClientAddress.host(channel), done), (_, step) -> step);
    }
  }

  private void onDone(Credential credential, List<BackendMessage> messages) {
    LoginTerms terms = terms();
    AdminRole role = terms.role();
    if (terms.isConsole()) {
      if (role == null) { // removed from the file while it logged in
        fail(LoginErrors.password(user));
        return;
      }
      end();
      loggedIn = true;
      messages.forEach(this::write);
      ClientPhase console = door.logins().console().open(channel, guest(role));
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

  private Console.Login guest(AdminRole role) {
    return new Console.Login(
        id,
        user,
        role,
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
    opening.open(handler, new SessionOpening.Known(id, key, address), credential);
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
    ByteBuf dropped = early.take();
    if (dropped != null) {
      dropped.release();
    }
  }

  @Override
  public void fail(ErrorResponse error) {
    if (end()) {
      ClientLog.closing(this, error.message(), door.logins().clock().now() - since);
      ClientLog.error(this, error.message());
      door.logins().countRefusal(channel, error);
      write(error);
      channel.flush();
      channel.close();
    }
  }

  @Override
  public String toString() {
    return ClientLog.name(id, start.message.database(), user, address);
  }
}
