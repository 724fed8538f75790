package io.trunkline.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrameScanner;
import io.trunkline.protocol.FrontendTag;
import io.trunkline.protocol.StartupPacket;
import io.trunkline.protocol.StartupPacket.StartupMessage;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// One connection to the [NullServer].
@EventLoopConfined
final class NullSession extends ChannelInboundHandlerAdapter implements FrameScanner.Sink {
  private static final int INSPECT_BYTES_MAX = 1 << 20;

  private final Channel channel;
  private final Sockets sockets;
  private final Bridge.To bridge;
  private final FrameScanner scanner =
      new FrameScanner(INSPECT_BYTES_MAX, FrameScanner.HEADER_BYTES);
  private final Carry carry = new Carry();
  private final Map<String, NullAnswers.Kind> statements = new HashMap<>();

  private boolean started;
  private NullAnswers.Kind portal = NullAnswers.Kind.ROWS;
  private char status = 'I';

  /// Bulk writes that are still to be made, and what follows them.
  private int bulkWritesLeft;

  private ByteBuf bulk = NullAnswers.ROWS;
  private ByteBuf bulkEnd = NullAnswers.ROWS_END;

  NullSession(Channel channel, Sockets sockets, Bridge.To bridge) {
    this.channel = channel;
    this.sockets = sockets;
    this.bridge = bridge;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = carry.join((ByteBuf) message, channel.alloc());
    if (!started) {
      start(ctx, in);
    }
    if (started) {
      scanner.scan(in, this);
    }
    if (ctx.channel().isActive() && !ctx.isRemoved()) {
      carry.keep(in);
    } else {
      in.release();
    }
  }

  private void start(ChannelHandlerContext ctx, ByteBuf in) {
    int start = in.readerIndex();
    StartupPacket packet = StartupPacket.decode(in).orElse(null);
    switch (packet) {
      case null -> {
        // not whole yet
      }
      case StartupMessage startup when startup.user().equals(bridge.user()) -> {
        ctx.pipeline().remove(this);
        Bridge.build(channel, sockets, bridge.port(), in.retainedSlice(start, in.writerIndex()));
        in.readerIndex(in.writerIndex());
      }
      case StartupMessage _ -> {
        started = true;
        send(NullAnswers.GREETING);
      }
      case StartupPacket.SSLRequest _, StartupPacket.GSSENCRequest _ -> {
        channel.write(channel.alloc().buffer(1).writeByte('N'), channel.voidPromise());
        start(ctx, in);
      }
      case StartupPacket.CancelRequest _, StartupPacket.UnsupportedVersion _ -> ctx.close();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
  }

  @Override
  public boolean streams(byte tag) {
    return tag == FrontendTag.COPY_DATA;
  }

  @Override
  public boolean onFrame(ByteBuf in, byte tag, int start, int frameBytes) {
    int body = start + FrameScanner.HEADER_BYTES;
    switch (tag) {
      case FrontendTag.QUERY -> onQuery(in, body, start + frameBytes - 1);
      case FrontendTag.BIND -> {
        onBind(in, body);
        send(NullAnswers.BIND_COMPLETE);
      }
      case FrontendTag.EXECUTE -> execute();
      case FrontendTag.SYNC -> ready();
      case FrontendTag.PARSE -> {
        int text = endOfString(in, body) + 1;
        statements.put(string(in, body), NullAnswers.kind(in, text));
        send(NullAnswers.PARSE_COMPLETE);
      }
      case FrontendTag.DESCRIBE -> describe(in, body);
      case FrontendTag.CLOSE -> send(NullAnswers.CLOSE_COMPLETE);
      case FrontendTag.COPY_DONE, FrontendTag.COPY_FAIL -> {
        send(NullAnswers.COPY_IN_END);
        ready();
      }
      case FrontendTag.TERMINATE -> channel.close();
      default -> {
        // COPY data, Flush
      }
    }
    return true;
  }

  private void onQuery(ByteBuf in, int text, int end) {
    if (text >= end || in.getByte(text) == ';') {
      send(NullAnswers.EMPTY);
      ready();
      return;
    }
    NullAnswers.Kind kind = NullAnswers.kind(in, text);
    switch (kind) {
      case ROWS -> send(status == 'I' ? NullAnswers.SELECT_READY : NullAnswers.SELECT);
      case BULK_ROWS -> bulk(NullAnswers.ROW_DESCRIPTION, NullAnswers.ROWS, NullAnswers.ROWS_END);
      case BULK_COPY -> bulk(NullAnswers.COPY_OUT, NullAnswers.COPY_ROWS, NullAnswers.COPY_END);
      case COPY_IN -> send(NullAnswers.COPY_IN);
      case BEGIN, END, OTHER -> complete(kind);
    }
    if (kind.endsAtOnce() && !(kind == NullAnswers.Kind.ROWS && status == 'I')) {
      ready();
    }
  }

  private void onBind(ByteBuf in, int body) {
    int statement = endOfString(in, body) + 1;
    portal = statements.getOrDefault(string(in, statement), NullAnswers.Kind.ROWS);
  }

  private void execute() {
    if (portal == NullAnswers.Kind.ROWS) {
      send(NullAnswers.ROW);
    } else {
      complete(portal);
    }
  }

  private void complete(NullAnswers.Kind kind) {
    status =
        switch (kind) {
          case BEGIN -> 'T';
          case END -> 'I';
          case ROWS, BULK_ROWS, BULK_COPY, COPY_IN, OTHER -> status;
        };
    send(NullAnswers.complete(kind));
  }

  private void describe(ByteBuf in, int body) {
    if (in.getByte(body) == 'S') {
      NullAnswers.Kind kind = statements.getOrDefault(string(in, body + 1), portal);
      send(NullAnswers.NO_PARAMETERS);
      send(kind == NullAnswers.Kind.ROWS ? NullAnswers.ROW_DESCRIPTION : NullAnswers.NO_DATA);
    } else {
      send(portal == NullAnswers.Kind.ROWS ? NullAnswers.ROW_DESCRIPTION : NullAnswers.NO_DATA);
    }
  }

  private void ready() {
    send(NullAnswers.ready(status));
  }

  private void bulk(ByteBuf head, ByteBuf rows, ByteBuf end) {
    send(head);
    bulk = rows;
    bulkEnd = end;
    bulkWritesLeft = Requests.copyWrites();
    sendBulk();
  }

  /// As much as there is room for.
  private void sendBulk() {
    while (bulkWritesLeft > 0 && channel.isWritable()) {
      bulkWritesLeft--;
      channel.writeAndFlush(Wire.again(bulk), channel.voidPromise());
      if (bulkWritesLeft == 0) {
        send(bulkEnd);
        ready();
        channel.flush();
      }
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    sendBulk();
  }

  private void send(ByteBuf message) {
    channel.write(Wire.again(message), channel.voidPromise());
  }

  private static int endOfString(ByteBuf in, int start) {
    return in.indexOf(start, in.writerIndex(), (byte) 0);
  }

  private static String string(ByteBuf in, int start) {
    int bytes = endOfString(in, start) - start;
    return bytes == 0 ? "" : in.toString(start, bytes, StandardCharsets.UTF_8);
  }

  @Override
  public boolean onFrameHead(ByteBuf in, byte tag, int start, int bytesHere, int frameBytes) {
    return true;
  }

  @Override
  public void onFrameBody(ByteBuf in, int start, int bytes, boolean last) {
    // COPY data is only read
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    carry.release();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
