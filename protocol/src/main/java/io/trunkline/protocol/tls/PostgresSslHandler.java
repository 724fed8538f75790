package io.trunkline.protocol.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.trunkline.protocol.EventLoopConfined;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLHandshakeException;

/// An SslHandler that, for direct TLS, counts a handshake as failed when ALPN has not chosen
/// `postgresql`. PostgreSQL's servers and libpq refuse such a connection after the handshake too
/// (`be-secure.c`, `fe-secure-openssl.c`).
///
/// What follows in the pipeline sees one [SslHandshakeCompletionEvent], which tells the truth; the
/// handler's own `handshakeFuture` knows nothing of ALPN.
@EventLoopConfined
final class PostgresSslHandler extends SslHandler {
  private final SslNegotiation negotiation;

  PostgresSslHandler(SSLEngine engine, SslNegotiation negotiation) {
    super(engine);
    this.negotiation = negotiation;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    if (negotiation == SslNegotiation.DIRECT) {
      ctx.pipeline().addAfter(ctx.name(), null, new AlpnGuard());
    }
    super.handlerAdded(ctx);
  }

  /// Stands behind the SslHandler until the handshake is over.
  private final class AlpnGuard extends ChannelInboundHandlerAdapter {
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (!(event instanceof SslHandshakeCompletionEvent completion)) {
        ctx.fireUserEventTriggered(event);
      } else if (!completion.isSuccess() || TlsContexts.ALPN.equals(applicationProtocol())) {
        ctx.fireUserEventTriggered(event);
        ctx.pipeline().remove(this);
      } else {
        ctx.fireUserEventTriggered(new SslHandshakeCompletionEvent(refusal()));
        var _ = ctx.close(); // Nobody is left to tell when it has happened.
      }
    }

    private SSLHandshakeException refusal() {
      return new SSLHandshakeException(
          "direct TLS without ALPN protocol \"" + TlsContexts.ALPN + "\"");
    }

    /// Data can only come behind the handshake: reaching this place, it came from a refused peer.
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ReferenceCountUtil.release(message);
    }
  }
}
