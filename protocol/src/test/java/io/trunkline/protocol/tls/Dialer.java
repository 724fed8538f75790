package io.trunkline.protocol.tls;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.trunkline.protocol.BackendTag;
import io.trunkline.protocol.ProtocolVersion;
import io.trunkline.protocol.StartupPacket;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.protocol.tls.ServerTlsNegotiation.Step;
import io.trunkline.settings.HostPort;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Connects to a real server by [ServerTlsNegotiation] and goes as far as the first answer to the
/// StartupMessage.
final class Dialer implements AutoCloseable {

  /// @param answer `welcome`, or why not: a SQLSTATE from the server or the negotiation's reason
  /// @param connections how many it took
  /// @param endPoint the channel binding in hexadecimal; null in plaintext
  record Outcome(String answer, int connections, @Nullable String endPoint) {
    boolean welcome() {
      return answer.equals("welcome");
    }

    boolean secured() {
      return endPoint != null;
    }
  }

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  Outcome dial(ServerTls tls, HostPort server, String user) throws Exception {
    Login login = new Login(tls, server, user);
    login.connect();
    return login.outcome.get(30, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private final class Login {
    final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final ServerTls tls;
    private final HostPort server;
    private final String user;
    private final ServerTlsNegotiation negotiation;
    private int connections;

    Login(ServerTls tls, HostPort server, String user) {
      this.tls = tls;
      this.server = server;
      this.user = user;
      this.negotiation = tls.negotiation();
    }

    void connect() {
      connections++;
      var _ =
          new Bootstrap()
              .group(group)
              .channel(NioSocketChannel.class)
              .handler(new Conversation(this))
              .connect(server.host(), server.port());
    }

    void act(ChannelHandlerContext ctx, Step step) {
      switch (step) {
        case Step.SendSslRequest() -> send(ctx, new StartupPacket.SSLRequest());
        case Step.StartTls() -> ctx.pipeline().addFirst(tls.newHandler(ctx.alloc(), server));
        case Step.SendStartup() ->
            send(
                ctx,
                new StartupPacket.StartupMessage(
                    ProtocolVersion.V3_0, Map.of("user", user, "database", "postgres")));
        case Step.Reconnect(String _) -> {
          var _ = ctx.close();
          connect();
        }
        case Step.Fail(String reason) -> end(ctx, reason);
      }
    }

    private void send(ChannelHandlerContext ctx, StartupPacket packet) {
      ByteBuf out = ctx.alloc().buffer();
      packet.encode(out);
      var _ = ctx.writeAndFlush(out);
    }

    void end(ChannelHandlerContext ctx, String answer) {
      SslHandler handler = ctx.pipeline().get(SslHandler.class);
      byte[] endPoint = handler == null ? null : TlsServerEndPoint.ofPeer(handler);
      String hex = endPoint == null ? null : HexFormat.of().formatHex(endPoint);
      outcome.complete(new Outcome(answer, connections, hex));
      var _ = ctx.close();
    }
  }

  private static final class Conversation extends SimpleChannelInboundHandler<ByteBuf> {
    private final Login login;
    private final ByteBuf received = Unpooled.buffer();
    private boolean asking;

    Conversation(Login login) {
      this.login = login;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      Step step = login.negotiation.onConnected();
      asking = step instanceof Step.SendSslRequest;
      login.act(ctx, step);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslHandshakeCompletionEvent completion) {
        login.act(
            ctx,
            completion.isSuccess()
                ? login.negotiation.onHandshakeDone()
                : login.negotiation.onHandshakeFailed(TlsFailure.reason(completion.cause())));
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
      if (asking) {
        asking = false;
        byte answer = bytes.readByte();
        login.act(ctx, login.negotiation.onAnswer(answer, bytes.readableBytes()));
        return;
      }
      received.writeBytes(bytes);
      if (received.readableBytes() >= 5 && received.readableBytes() > received.getInt(1)) {
        byte tag = received.readByte();
        ByteBuf body = received.readSlice(received.readInt() - 4);
        if (tag == BackendTag.ERROR_RESPONSE) {
          onRefused(ctx, ErrorResponse.decode(body).sqlState());
        } else {
          login.end(ctx, "welcome");
        }
      }
    }

    private void onRefused(ChannelHandlerContext ctx, String sqlState) {
      switch (login.negotiation.onRefused(sqlState)) {
        case Step.Fail(String _) -> login.end(ctx, sqlState);
        case Step step -> login.act(ctx, step);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      // A failed handshake has had its event; this says it again.
    }
  }
}
