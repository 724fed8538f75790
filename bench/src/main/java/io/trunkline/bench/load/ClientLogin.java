package io.trunkline.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.trunkline.protocol.BackendTag;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrameBound;
import io.trunkline.protocol.FrameReader;
import io.trunkline.protocol.ProtocolVersion;
import io.trunkline.protocol.StartupPacket.SSLRequest;
import io.trunkline.protocol.StartupPacket.StartupMessage;
import io.trunkline.protocol.auth.Credential;
import io.trunkline.protocol.auth.LoginTools;
import io.trunkline.protocol.auth.ServerLogin;
import io.trunkline.protocol.auth.ServerLoginPolicy;
import io.trunkline.protocol.auth.ServerLoginStep;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.protocol.message.FrontendMessage;
import io.trunkline.settings.Secret;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The first handler of a client's channel: TLS if wanted, then the login, up to the first
/// ReadyForQuery. A password is salted on the event loop the first time, and remembered.
@EventLoopConfined
final class ClientLogin extends ChannelInboundHandlerAdapter {

  /// What comes of it.
  interface Outcome {
    void onLoggedIn(ChannelHandlerContext ctx);

    void onRefused(String reason);
  }

  private final LoadOrder.Login login;
  private final @Nullable SslContext tls;
  private final Outcome outcome;
  private final ServerLogin conversation;
  private final FrameReader frames = new FrameReader();
  private boolean asksForTls;
  private boolean letIn;
  private boolean over;

  ClientLogin(LoadOrder.Login login, LoginTools tools, @Nullable SslContext tls, Outcome outcome) {
    this.login = login;
    this.tls = tls;
    this.outcome = outcome;
    this.conversation =
        new ServerLogin(
            ProtocolVersion.V3_0,
            login.user(),
            new Credential.Password(Secret.of(login.password())),
            null,
            ServerLoginPolicy.ANY,
            tools);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (tls == null) {
      start(ctx);
    } else {
      asksForTls = true;
      ByteBuf out = ctx.alloc().buffer();
      new SSLRequest().encode(out);
      ctx.writeAndFlush(out);
    }
  }

  private void start(ChannelHandlerContext ctx) {
    ByteBuf out = ctx.alloc().buffer();
    var parameters = Map.of("user", login.user(), "database", login.database());
    new StartupMessage(ProtocolVersion.V3_0, parameters).encode(out);
    ctx.writeAndFlush(out);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      if (asksForTls) {
        asksForTls = false;
        secure(ctx, in.readByte());
      }
      FrameReader.Frame frame = over ? null : frames.read(in, FrameBound.SERVER_LOGIN);
      while (frame != null) {
        onFrame(ctx, frame);
        frame = over ? null : frames.read(in, FrameBound.SERVER_LOGIN);
      }
    } finally {
      in.release();
    }
  }

  private void secure(ChannelHandlerContext ctx, byte answer) {
    if (answer != 'S' || tls == null) {
      end("TLS was declined");
    } else {
      ctx.pipeline().addFirst(tls.newHandler(ctx.alloc()));
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        start(ctx);
      } else {
        end("TLS failed: " + handshake.cause().getMessage());
      }
    }
  }

  private void onFrame(ChannelHandlerContext ctx, FrameReader.Frame frame) {
    if (!letIn) {
      take(ctx, conversation.onMessage(frame.tag(), frame.body()));
    } else if (frame.tag() == BackendTag.ERROR_RESPONSE) {
      end(ErrorResponse.decode(frame.body()).message());
    } else if (frame.tag() == BackendTag.READY_FOR_QUERY) {
      over = true;
      ctx.pipeline().remove(this);
      outcome.onLoggedIn(ctx);
    }
  }

  private void take(ChannelHandlerContext ctx, ServerLoginStep step) {
    switch (step) {
      case ServerLoginStep.Send(FrontendMessage message) -> {
        ByteBuf out = ctx.alloc().buffer();
        message.encode(out);
        ctx.writeAndFlush(out);
      }
      case ServerLoginStep.Compute(var salting) ->
          take(ctx, conversation.onComputed(salting.saltedPassword()));
      case ServerLoginStep.Wait() -> {
        // the next message says more
      }
      case ServerLoginStep.Done() -> letIn = true;
      case ServerLoginStep.Failed(String reason, ErrorResponse error) -> end(reason);
    }
  }

  private void end(String reason) {
    if (!over) {
      over = true;
      outcome.onRefused(reason);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end("the connection was closed during the login");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    end(String.valueOf(cause.getMessage()));
    ctx.close();
  }
}
