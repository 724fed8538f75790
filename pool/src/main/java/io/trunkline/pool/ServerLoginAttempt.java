package io.trunkline.pool;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.trunkline.pool.ServerConnector.ConnectFailure;
import io.trunkline.pool.ServerConnector.Outcome;
import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.CancelKey;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrameBound;
import io.trunkline.protocol.FrameReader;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.StartupPacket.StartupMessage;
import io.trunkline.protocol.auth.Credential;
import io.trunkline.protocol.auth.GreetingStep;
import io.trunkline.protocol.auth.ServerGreeting;
import io.trunkline.protocol.auth.ServerLogin;
import io.trunkline.protocol.auth.ServerLoginPolicy;
import io.trunkline.protocol.auth.ServerLoginStep;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.protocol.message.FrontendMessage;
import io.trunkline.protocol.tls.TlsServerEndPoint;
import io.trunkline.routing.Member;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// One attempt to connect to a server and log in, within the pool's connect timeout.
@EventLoopConfined
@SuppressWarnings("ReferenceEquality") // a conversation is equal to itself alone
final class ServerLoginAttempt implements ServerDial.Listener {
  private static final AtomicLong NEXT_ID = new AtomicLong(1);
  private static final CancelKey NO_KEY = new CancelKey(0, Bytes.of(new byte[4]));

  private final NettyServerConnector connector;
  private final ServerPool pool;
  private final ServerAccess access;
  private final ServerStartup startup;
  private final EventLoop loop;
  private final Outcome outcome;
  private final Member member;
  private final ServerDial dial;
  private @Nullable Deadline deadline;
  private boolean over;

  /// Who speaks with the server now; null when nobody does. A login may take two connections.
  private @Nullable Conversation current;

  /// What to log in with.
  record Terms(ServerAccess access, ServerStartup startup) {}

  ServerLoginAttempt(
      NettyServerConnector connector,
      ServerPool pool,
      Terms terms,
      EventLoop loop,
      Outcome outcome) {
    this.connector = connector;
    this.pool = pool;
    this.access = terms.access;
    this.startup = terms.startup;
    this.loop = loop;
    this.outcome = outcome;
    this.member = pool.member();
    this.dial = new ServerDial(connector, loop, member, access.tls(), this);
  }

  void begin() {
    deadline = new Deadline(loop, () -> pool.settings().connectTimeout(), this::onTimeout);
    dial.begin();
  }

  private void onTimeout() {
    fail(null, "no login within " + pool.settings().connectTimeout().toMillis() + " ms");
  }

  @Override
  public void onDialFailed(String reason) {
    fail(null, reason);
  }

  @Override
  public void onSecured(Channel channel, @Nullable SslHandler tls) {
    if (over) {
      channel.close();
      return;
    }
    var conversation = new Conversation(channel, tls);
    current = conversation;
    channel.pipeline().addLast("login", conversation);
    ByteBuf out = channel.alloc().buffer();
    new StartupMessage(access.version(), startup.parameters()).encode(out);
    channel.writeAndFlush(out, channel.voidPromise());
  }

  private void fail(@Nullable String sqlState, String reason) {
    if (end()) {
      dial.abandon();
      String where = "%s (%s)".formatted(member.name(), member.address());
      outcome.onFailed(new ConnectFailure(sqlState, reason + " [" + where + "]"));
    }
  }

  /// Whether this is the first end of it.
  private boolean end() {
    if (over) {
      return false;
    }
    over = true;
    if (deadline != null) {
      deadline.met();
    }
    return true;
  }

  private void refused(String reason, @Nullable ErrorResponse error) {
    current = null; // its connection closes, which is no failure when there is another
    if (error != null && dial.retryRefused(error.sqlState())) {
      return;
    }
    if (error == null || error.sqlState().length() != 5) { // nothing to show to a client
      fail(null, reason);
    } else {
      fail(error.sqlState(), error.message());
    }
  }

  private ServerIdentity identity(
      GreetingStep.Ready ready, ReportedParameters parameters, @Nullable SslHandler tls) {
    return new ServerIdentity(
        NEXT_ID.getAndIncrement(),
        member,
        ready.key() == null ? NO_KEY : ready.key(),
        parameters,
        pool.clock().now(),
        1000 - connector.tools().random().nextInt(101), // up to a tenth less
        tls == null ? "" : tls.engine().getSession().getProtocol());
  }

  /// What the connection runs before anybody gets it. One that is opened for a single client's
  /// replication does as that client says, and nothing else.
  private String connectQuery() {
    return startup.equals(ServerStartup.of(pool.key())) ? pool.key().connectQuery() : "";
  }

  /// The login's messages, in the pipeline from StartupMessage to the last ReadyForQuery.
  private final class Conversation extends ChannelInboundHandlerAdapter {
    private final Channel channel;
    private final @Nullable SslHandler tls;
    private final FrameReader frames = new FrameReader();
    private final Credential credential;
    private final ServerLogin login;
    private @Nullable ServerGreeting greeting;

    /// How the greeting ended, and what runs since then; null before.
    private GreetingStep.@Nullable Ready greeted;

    private @Nullable ConnectQuery connectQuery;

    Conversation(Channel channel, @Nullable SslHandler tls) {
      this.channel = channel;
      this.tls = tls;
      byte[] endPoint = tls == null ? null : TlsServerEndPoint.ofPeer(tls);
      this.credential = access.credentials().credential(pool.key());
      this.login =
          new ServerLogin(
              access.version(),
              pool.key().user(),
              credential,
              endPoint == null ? null : Bytes.of(endPoint),
              ServerLoginPolicy.ANY,
              connector.tools());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf in = (ByteBuf) message;
      try {
        FrameReader.Frame frame = frames.read(in, FrameBound.SERVER_LOGIN);
        while (frame != null && isCurrent()) {
          onFrame(frame);
          frame = isCurrent() ? frames.read(in, FrameBound.SERVER_LOGIN) : null;
        }
      } catch (ProtocolViolation violation) {
        fail(null, "server broke the protocol: " + violation.getMessage());
      } finally {
        in.release();
      }
    }

    private void onFrame(FrameReader.Frame frame) {
      ServerGreeting said = greeting;
      ConnectQuery query = connectQuery;
      if (query != null) {
        take(query.onMessage(frame.tag(), frame.body()));
      } else if (said == null) {
        take(login.onMessage(frame.tag(), frame.body()));
      } else {
        take(said.onMessage(frame.tag(), frame.body()));
      }
    }

    private void take(ServerLoginStep step) {
      switch (step) {
        case ServerLoginStep.Send(FrontendMessage message) -> {
          ByteBuf out = channel.alloc().buffer();
          message.encode(out);
          channel.writeAndFlush(out, channel.voidPromise());
        }
        case ServerLoginStep.Compute(var salting) ->
            connector
                .busy()
                .execute(() -> {
                  Bytes salted = salting.saltedPassword();
                  loop.execute(() -> onComputed(salted));
                });
        case ServerLoginStep.Wait() -> {
          // the next message says more
        }
        case ServerLoginStep.Done() -> greeting = new ServerGreeting();
        case ServerLoginStep.Failed(String reason, ErrorResponse error) -> {
          if (error != null && SqlState.INVALID_PASSWORD.equals(error.sqlState())) {
            access.credentials().refused(pool.key(), credential);
          }
          refused(reason, error);
        }
      }
    }

    private boolean isCurrent() {
      return !over && this == current;
    }

    private void onComputed(Bytes salted) {
      if (isCurrent()) {
        take(login.onComputed(salted));
      }
    }

    private void take(GreetingStep step) {
      switch (step) {
        case GreetingStep.Wait() -> {
          // the next message says more
        }
        case GreetingStep.Ready ready ->
            onGreeted(ready, ReportedParameters.of(ready.parameters()));
        case GreetingStep.Failed(String reason, ErrorResponse error) -> refused(reason, error);
      }
    }

    private void onGreeted(GreetingStep.Ready ready, ReportedParameters parameters) {
      String sql = connectQuery();
      if (sql.isEmpty()) {
        succeed(ready, parameters);
        return;
      }
      greeted = ready;
      connectQuery = new ConnectQuery(parameters);
      ByteBuf out = channel.alloc().buffer();
      OwnQuery.encode(sql.getBytes(StandardCharsets.UTF_8), out);
      channel.writeAndFlush(out, channel.voidPromise());
    }

    private void take(ConnectQuery.Step step) {
      switch (step) {
        case ConnectQuery.Step.Wait() -> {
          // the next message says more
        }
        case ConnectQuery.Step.Done(ReportedParameters parameters) ->
            succeed(Objects.requireNonNull(greeted), parameters);
        case ConnectQuery.Step.Failed(String sqlState, String message) -> fail(sqlState, message);
      }
    }

    private void succeed(GreetingStep.Ready ready, ReportedParameters parameters) {
      if (end()) {
        channel.pipeline().remove(this);
        outcome.onConnected(channel, identity(ready, parameters, tls));
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (isCurrent()) {
        fail(null, "server closed the connection during the login");
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (isCurrent()) {
        fail(null, "login failed: " + cause.getMessage());
      }
    }
  }
}
