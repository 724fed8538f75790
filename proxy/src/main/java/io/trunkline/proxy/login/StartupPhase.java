package io.trunkline.proxy.login;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.trunkline.pool.Deadline;
import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.StartupPacket;
import io.trunkline.protocol.auth.TlsIdentity;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.protocol.tls.ClientTlsNegotiation;
import io.trunkline.protocol.tls.ClientTlsNegotiation.Answer;
import io.trunkline.protocol.tls.ClientTlsNegotiation.Event;
import io.trunkline.protocol.tls.PeerIdentity;
import io.trunkline.protocol.tls.SslNegotiation;
import io.trunkline.protocol.tls.TlsFailure;
import io.trunkline.protocol.tls.TlsServerEndPoint;
import io.trunkline.proxy.session.ClientErrors;
import io.trunkline.proxy.session.ClientHandler;
import io.trunkline.proxy.session.ClientPhase;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connection before its StartupMessage: encryption requests, TLS, cancel requests. Keeps at most
/// one startup packet's worth of bytes; its time is that of the whole login, [Deadline].
///
/// PostgreSQL docs, "Start-up", "SSL Session Encryption" and "Canceling Requests in Progress".
@EventLoopConfined
final class StartupPhase implements ClientPhase {
  private static final Logger log = LoggerFactory.getLogger(StartupPhase.class);

  private final ClientHandler handler;
  private final Channel channel;
  private final Door door;
  private final ClientTlsNegotiation negotiation;
  private final Deadline deadline;
  private @Nullable ByteBuf unread;
  private TlsIdentity tls = TlsIdentity.NONE;
  private @Nullable PeerIdentity certificate;
  private boolean first = true;
  private State state = State.STARTING;

  /// Who cares for what comes next.
  private enum State {
    STARTING,
    /// The login does.
    PASSED_ON,
    /// Nobody: the connection closes.
    OVER
  }

  StartupPhase(ClientHandler handler, Channel channel, Door door) {
    this.handler = handler;
    this.channel = channel;
    this.door = door;
    this.negotiation = door.tls().negotiation();
    this.deadline =
        new Deadline(
            channel.eventLoop(), () -> door.logins().limits().loginTimeout(), this::onTimeout);
  }

  private void onTimeout() {
    log.info("{} closed: no login in time", channel.remoteAddress());
    channel.close();
  }

  @Override
  public void onRead(ByteBuf in) {
    if (state == State.OVER) {
      in.release();
      return;
    }
    ByteBuf all = join(in);
    unread = null;
    boolean cancel = isCancel(all);
    try {
      if (first && all.isReadable() && isHello(all)) {
        onTlsHello(all);
        return;
      }
      take(all);
      if (all.isReadable()) {
        keep(all);
      }
    } catch (ProtocolViolation violation) {
      if (cancel) { // which has no answer, whatever it is like
        log.info("{} closed: {}", channel.remoteAddress(), violation.getMessage());
        state = State.OVER;
        channel.close();
        return;
      }
      fail(ClientErrors.protocolViolation(String.valueOf(violation.getMessage())));
    } finally {
      all.release();
    }
  }

  private void keep(ByteBuf rest) {
    switch (state) {
      case STARTING -> unread = rest.retain();
      case PASSED_ON -> handler.read(rest.retain()); // sent behind the StartupMessage
      case OVER -> log.debug("{} sent more than was heard", channel.remoteAddress());
    }
  }

  private ByteBuf join(ByteBuf in) {
    ByteBuf before = unread;
    if (before == null) {
      return in;
    }
    ByteBuf all = channel.alloc().buffer(before.readableBytes() + in.readableBytes());
    all.writeBytes(before).writeBytes(in);
    before.release();
    in.release();
    return all;
  }

  private static boolean isCancel(ByteBuf packet) {
    int start = packet.readerIndex();
    return packet.readableBytes() >= 8
        && packet.getInt(start + 4) == StartupPacket.CANCEL_REQUEST_CODE;
  }

  private static boolean isHello(ByteBuf all) {
    return ClientTlsNegotiation.isTlsHello(all.getByte(all.readerIndex()));
  }

  private void onTlsHello(ByteBuf all) {
    first = false;
    Answer answer = negotiation.on(Event.DIRECT_TLS_HELLO, all.readableBytes());
    if (answer instanceof Answer.StartTls(SslNegotiation how)) {
      channel.pipeline().addFirst("tls", door.tls().newHandler(channel.alloc(), how));
      channel.pipeline().fireChannelRead(all.retain());
    } else {
      answer(answer, null);
    }
  }

  private void take(ByteBuf all) {
    Optional<StartupPacket> packet = StartupPacket.decode(all);
    if (packet.isEmpty()) {
      return;
    }
    first = false;
    Event event =
        switch (packet.get()) {
          case StartupPacket.SSLRequest() -> Event.SSL_REQUEST;
          case StartupPacket.GSSENCRequest() -> Event.GSSENC_REQUEST;
          case StartupPacket.CancelRequest _ -> Event.CANCEL;
          case StartupPacket.StartupMessage _, StartupPacket.UnsupportedVersion _ -> Event.STARTUP;
        };
    answer(negotiation.on(event, all.readableBytes()), packet.get());
  }

  private void answer(Answer answer, @Nullable StartupPacket packet) {
    switch (answer) {
      case Answer.Reply(byte reply) -> reply(reply);
      case Answer.StartTls(SslNegotiation how) -> {
        reply(ClientTlsNegotiation.YES);
        channel.pipeline().addFirst("tls", door.tls().newHandler(channel.alloc(), how));
      }
      case Answer.Accept() -> accept(packet);
      case Answer.Refuse(String sqlState, String message) ->
          fail(ErrorResponse.fatal(sqlState, message));
      case Answer.Drop(String reason) -> {
        state = State.OVER;
        log.debug("{} closed: {}", channel.remoteAddress(), reason);
        channel.close();
      }
    }
  }

  private void reply(byte reply) {
    channel.writeAndFlush(channel.alloc().buffer(1).writeByte(reply), channel.voidPromise());
  }

  private void accept(@Nullable StartupPacket packet) {
    switch (packet) {
      case StartupPacket.CancelRequest(var key) -> {
        state = State.OVER;
        door.logins().cancels().cancel(key, channel::close);
      }
      case StartupPacket.UnsupportedVersion(var version) ->
          fail(ClientErrors.unsupportedVersion(version.toString()));
      case StartupPacket.StartupMessage startup -> {
        var login =
            new LoginPhase(
                handler, channel, door, new LoginPhase.Start(startup, tls, certificate, deadline));
        state = State.PASSED_ON;
        handler.become(login);
        login.begin();
      }
      case null, default -> throw new IllegalStateException("accepted " + packet);
    }
  }

  @Override
  public void onHandshake(SslHandshakeCompletionEvent handshake) {
    SslHandler ssl = channel.pipeline().get(SslHandler.class);
    if (!handshake.isSuccess() || ssl == null) {
      log.info("{} closed: TLS failed: {}", channel.remoteAddress(), reason(handshake));
      channel.close();
      return;
    }
    byte[] endPoint = TlsServerEndPoint.ofOwn(ssl);
    PeerIdentity shown = PeerIdentity.of(ssl).orElse(null);
    String name = shown == null ? null : shown.commonName();
    List<String> names = name == null ? List.of() : List.of(name);
    certificate = shown;
    tls = new TlsIdentity(endPoint == null ? null : Bytes.of(endPoint), names);
  }

  private static String reason(SslHandshakeCompletionEvent handshake) {
    return handshake.isSuccess() ? "no TLS handler" : TlsFailure.reason(handshake.cause());
  }

  @Override
  public void onReadComplete() {
    // every answer is flushed as it is made
  }

  /// A cancel request, or a refusal, closes the connection when it has been heard.
  @Override
  public void onInputEnd() {
    if (state != State.OVER) {
      channel.close();
    }
  }

  @Override
  public void onClientGone(String reason) {
    deadline.met();
    ByteBuf dropped = unread;
    unread = null;
    if (dropped != null) {
      dropped.release();
    }
  }

  @Override
  public void fail(ErrorResponse error) {
    state = State.OVER;
    deadline.met();
    log.info("{} refused: {} {}", channel.remoteAddress(), error.sqlState(), error.message());
    ByteBuf out = channel.alloc().buffer();
    error.encode(out);
    channel.writeAndFlush(out).addListener(said -> channel.close());
  }
}
