package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.trunkline.protocol.EventLoopConfined;
import org.jspecify.annotations.Nullable;

/// Hot path. Puts together what goes to the server from one read of the client: mostly the very
/// buffer that was read; where a message is rewritten, dropped or preceded by one of ours, small
/// runs are copied into one buffer and large ones passed on as slices, so that one read stays one
/// write.
@EventLoopConfined
final class RequestWriter {
  /// Runs up to this size are cheaper to copy than to send by themselves.
  private static final int COPY_BYTES_MAX = 8 * 1024;

  private int runStart;
  private @Nullable ByteBuf out;

  /// Begins with the next unread byte of `in`.
  void begin(ByteBuf in) {
    runStart = in.readerIndex();
  }

  /// Leaves out what lies before `end`, while nothing before it is to be sent.
  void skipTo(int end) {
    runStart = end;
  }

  /// Leaves out what lies in `[start, end)` of `in`.
  void skip(Channel server, ByteBuf in, int start, int end) {
    closeRun(server, in, start);
    runStart = end;
  }

  /// Where to write what shall be sent behind everything before `start`; writing goes on with the
  /// bytes of `in` from `end` on.
  ByteBuf replace(Channel server, ByteBuf in, int start, int end) {
    skip(server, in, start, end);
    return out(server);
  }

  /// Sends everything before `end`.
  void finish(Channel server, ByteBuf in, int end) {
    if (out == null && runStart < end) {
      send(server, whole(in, end) ? in.retain() : in.retainedSlice(runStart, end - runStart));
    } else {
      closeRun(server, in, end);
      sendOut(server);
    }
    runStart = end;
  }

  /// Sends nothing of what was written and not sent yet.
  void discard() {
    ByteBuf buffer = out;
    if (buffer != null) {
      out = null;
      buffer.release();
    }
  }

  /// Whether the run is all of a buffer, of which nothing is left to read. Its reader index is
  /// moved back to the start then: it leaves with the buffer.
  private boolean whole(ByteBuf in, int end) {
    if (runStart != 0 || end != in.writerIndex()) {
      return false;
    }
    in.readerIndex(0);
    return true;
  }

  private void closeRun(Channel server, ByteBuf in, int end) {
    int bytes = end - runStart;
    if (bytes <= 0) {
      return;
    }
    if (bytes <= COPY_BYTES_MAX) {
      out(server).writeBytes(in, runStart, bytes);
    } else {
      sendOut(server);
      send(server, in.retainedSlice(runStart, bytes));
    }
    runStart = end;
  }

  private ByteBuf out(Channel server) {
    ByteBuf buffer = out;
    if (buffer == null) {
      buffer = server.alloc().buffer(512);
      out = buffer;
    }
    return buffer;
  }

  private void sendOut(Channel server) {
    ByteBuf buffer = out;
    if (buffer != null) {
      out = null;
      send(server, buffer);
    }
  }

  private static void send(Channel server, ByteBuf bytes) {
    server.write(bytes, server.voidPromise());
  }
}
