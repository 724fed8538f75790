package io.trunkline.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.trunkline.protocol.BackendTag;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrameScanner;
import io.trunkline.protocol.message.ErrorResponse;
import java.util.Iterator;
import java.util.List;

/// One logged-in client: sends a turn's requests and waits until each is answered.
@EventLoopConfined
final class LoadClient extends ChannelInboundHandlerAdapter implements FrameScanner.Sink {

  /// Who gives a client its turns.
  interface Owner {
    /// The client has all answers of its turn.
    void onTurnEnd(LoadClient client, boolean failed);

    /// The client's connection has ended while it was wanted.
    void onLost(String reason);
  }

  private static final ByteBuf COPY_ROWS = Requests.copyRows();
  private static final ByteBuf COPY_DONE = Requests.copyDone();
  private static final ByteBuf TERMINATE = Requests.terminate();

  private final Channel channel;
  private final Owner owner;
  private final FrameScanner scanner = new FrameScanner(0, FrameScanner.HEADER_BYTES);
  private final Carry carry = new Carry();

  /// What is to be sent when the present answer is whole.
  private Iterator<String> script = List.<String>of().iterator();

  private int cyclesOwed;
  private int copyWritesLeft;
  private boolean failed;
  private boolean leaving;

  /// Why the last request failed.
  private String error = "";

  /// When the present turn began, or should have.
  long sinceNanos;

  LoadClient(Channel channel, Owner owner) {
    this.channel = channel;
    this.owner = owner;
  }

  String error() {
    return error;
  }

  /// Begins a turn.
  ///
  /// @param cycles how many ReadyForQuery end it
  void send(ByteBuf requests, int cycles) {
    cyclesOwed = cycles;
    failed = false;
    copyWritesLeft = Requests.copyWrites();
    channel.writeAndFlush(Wire.again(requests), channel.voidPromise());
  }

  /// Begins a turn of several requests, each sent when the one before it has been answered.
  void send(List<String> statements) {
    script = statements.iterator();
    failed = false;
    sendNext();
  }

  private void sendNext() {
    cyclesOwed = 1;
    ByteBuf query = new Wire().message('Q', script.next() + "\0").whole();
    channel.writeAndFlush(query, channel.voidPromise());
  }

  /// Nobody wants to know any more what becomes of it.
  void forget() {
    leaving = true;
  }

  /// Says goodbye.
  void leave() {
    leaving = true;
    channel.writeAndFlush(Wire.again(TERMINATE)).addListener(done -> channel.close());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = carry.join((ByteBuf) message, channel.alloc());
    scanner.scan(in, this);
    carry.keep(in);
  }

  @Override
  public boolean streams(byte tag) {
    return tag != BackendTag.READY_FOR_QUERY && tag != BackendTag.ERROR_RESPONSE;
  }

  @Override
  public boolean onFrame(ByteBuf in, byte tag, int start, int frameBytes) {
    switch (tag) {
      case BackendTag.READY_FOR_QUERY -> onReady();
      case BackendTag.COPY_IN_RESPONSE -> copy();
      case BackendTag.ERROR_RESPONSE -> {
        failed = true;
        int body = frameBytes - FrameScanner.HEADER_BYTES;
        error = ErrorResponse.decode(in.slice(start + FrameScanner.HEADER_BYTES, body)).message();
      }
      default -> {
        // the rest is only read
      }
    }
    return true;
  }

  private void onReady() {
    if (--cyclesOwed > 0) {
      return;
    }
    if (script.hasNext()) {
      sendNext();
    } else {
      owner.onTurnEnd(this, failed);
    }
  }

  /// Sends COPY data as long as somebody takes it.
  private void copy() {
    while (copyWritesLeft > 0 && channel.isWritable()) {
      copyWritesLeft--;
      channel.writeAndFlush(Wire.again(COPY_ROWS), channel.voidPromise());
      if (copyWritesLeft == 0) {
        channel.writeAndFlush(Wire.again(COPY_DONE), channel.voidPromise());
      }
    }
  }

  @Override
  public boolean onFrameHead(ByteBuf in, byte tag, int start, int bytesHere, int frameBytes) {
    return true;
  }

  @Override
  public void onFrameBody(ByteBuf in, int start, int bytes, boolean last) {
    // rows are only read
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (copyWritesLeft > 0 && copyWritesLeft < Requests.copyWrites()) {
      copy();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    carry.release();
    if (!leaving) {
      owner.onLost("the connection was closed" + (error.isEmpty() ? "" : ": " + error));
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    error = String.valueOf(cause.getMessage());
    ctx.close();
  }
}
