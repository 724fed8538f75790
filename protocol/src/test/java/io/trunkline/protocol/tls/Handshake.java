package io.trunkline.protocol.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.trunkline.settings.HostPort;
import org.jspecify.annotations.Nullable;

/// One TLS connection in memory, carried as far as it gets.
final class Handshake implements AutoCloseable {
  static final HostPort DB = new HostPort("db.example.org", 5432);

  /// The end that holds the certificate, and the end that connects.
  final End server;

  final End client;

  private Handshake(SslHandler server, SslHandler client) {
    this.server = new End(server);
    this.client = new End(client);
    pump();
  }

  static Handshake between(SslHandler server, SslHandler client) {
    return new Handshake(server, client);
  }

  static Handshake between(ClientTls server, ServerTls client) {
    return between(server, client, DB);
  }

  static Handshake between(ClientTls server, ServerTls client, HostPort host) {
    return between(
        server.newHandler(ByteBufAllocator.DEFAULT, SslNegotiation.POSTGRES),
        client.newHandler(ByteBufAllocator.DEFAULT, host));
  }

  static Handshake direct(ClientTls server, ServerTls client) {
    return between(
        server.newHandler(ByteBufAllocator.DEFAULT, SslNegotiation.DIRECT),
        client.newHandler(ByteBufAllocator.DEFAULT, DB));
  }

  /// Carries bytes both ways until neither end has any more to say.
  private void pump() {
    boolean moved = true;
    while (moved) {
      moved = move(client, server) || move(server, client);
    }
  }

  private static boolean move(End from, End to) {
    ByteBuf bytes = from.channel.readOutbound();
    if (bytes == null) {
      return false;
    }
    if (to.channel.isOpen()) {
      to.channel.writeInbound(bytes);
    } else {
      bytes.release();
    }
    return true;
  }

  /// Whether both ends hold the connection for good: what one says, the other hears.
  boolean works() {
    return server.secured
        && client.secured
        && client.failure == null
        && server.failure == null
        && hears(client, server)
        && hears(server, client);
  }

  boolean hears(End speaker, End listener) {
    if (!speaker.channel.isOpen()) {
      return false;
    }
    var _ = speaker.channel.writeAndFlush(Unpooled.copiedBuffer("hello", US_ASCII));
    pump();
    boolean heard = listener.heard.toString().endsWith("hello");
    listener.heard.setLength(0);
    return heard;
  }

  /// What the server's end complains of.
  String serverFailure() {
    return server.failure();
  }

  String clientFailure() {
    return client.failure();
  }

  @Override
  public void close() {
    server.channel.finishAndReleaseAll();
    client.channel.finishAndReleaseAll();
  }

  /// One end: what it has seen of its handshake and heard of its peer.
  static final class End {
    final SslHandler handler;
    final EmbeddedChannel channel;
    final StringBuilder heard = new StringBuilder();
    boolean secured;
    @Nullable Throwable failure;

    private End(SslHandler handler) {
      this.handler = handler;
      this.channel = new EmbeddedChannel(handler, new Recorder());
    }

    String failure() {
      return failure == null ? "" : TlsFailure.reason(failure);
    }

    private final class Recorder extends ChannelInboundHandlerAdapter {
      @Override
      public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion) {
          secured = completion.isSuccess();
          failure = completion.cause();
        }
      }

      @Override
      public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        heard.append(bytes.toString(US_ASCII));
        bytes.release();
      }

      @Override
      public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (failure == null) {
          failure = cause;
        }
      }
    }
  }
}
