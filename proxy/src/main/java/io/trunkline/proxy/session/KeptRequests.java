package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrontendTag;
import java.util.ArrayList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a client has sent and has not been answered, kept to be sent once more: the very buffers it
/// was read into, not copies. All but [#keep] and [#drop] is cold, asked only when a server has
/// failed.
///
/// Requests are counted as in the queue of what a server owes: each message that is answered, and
/// the end of a COPY. A *cycle* is what one ReadyForQuery ends: a simple query, a function call, or
/// everything up to Sync.
///
/// PostgreSQL docs, "Message Flow".
@EventLoopConfined
final class KeptRequests {
  private static final long[] NOTHING = {};

  private final ArrayList<ByteBuf> reads = new ArrayList<>(0);

  /// Where in each of them whole messages begin and end.
  private long[] places = NOTHING;

  private int bytes;

  /// Told of each message: its place among the requests, and where it is.
  interface Visitor {
    void on(int request, ByteBuf in, byte tag, int start, int frameBytes);
  }

  /// The messages in `[start, end)` are behind those that are here.
  void keep(ByteBuf in, int start, int end) {
    int count = reads.size();
    if (places.length == count) {
      places = Arrays.copyOf(places, Math.max(1, 2 * count));
    }
    places[count] = (long) start << Integer.SIZE | end;
    reads.add(in.retain());
    bytes += in.capacity();
  }

  void drop() {
    if (bytes > 0) {
      bytes = 0;
      for (int i = reads.size() - 1; i >= 0; i--) {
        reads.get(i).release();
      }
      reads.clear();
    }
  }

  boolean isEmpty() {
    return bytes == 0;
  }

  /// How large the buffers are.
  int bytes() {
    return bytes;
  }

  private int start(int read) {
    return (int) (places[read] >>> Integer.SIZE);
  }

  private int end(int read) {
    return (int) places[read];
  }

  /// All of it in one buffer, for the caller to release; null when nothing is kept.
  @Nullable ByteBuf retained() {
    if (reads.isEmpty()) {
      return null;
    }
    ByteBuf first = reads.getFirst();
    if (reads.size() == 1) {
      return first.retainedSlice(start(0), end(0) - start(0));
    }
    ByteBuf all = first.alloc().buffer(bytes);
    for (int i = 0; i < reads.size(); i++) {
      all.writeBytes(reads.get(i), start(i), end(i) - start(i));
    }
    return all;
  }

  static boolean isRequest(byte tag) {
    return tag != FrontendTag.FLUSH && tag != FrontendTag.COPY_DATA;
  }

  private static boolean endsCycle(byte tag) {
    return tag == FrontendTag.QUERY || tag == FrontendTag.SYNC || tag == FrontendTag.FUNCTION_CALL;
  }

  /// Goes through all messages; those that are no requests have the place of the next one.
  void forEach(Visitor visitor) {
    int request = 0;
    for (int i = 0; i < reads.size(); i++) {
      ByteBuf in = reads.get(i);
      for (int at = start(i); at < end(i); at += 1 + in.getInt(at + 1)) {
        byte tag = in.getByte(at);
        visitor.on(request, in, tag, at, 1 + in.getInt(at + 1));
        request += isRequest(tag) ? 1 : 0;
      }
    }
  }

  int count() {
    int[] count = {0};
    forEach((_, _, tag, _, _) -> count[0] += isRequest(tag) ? 1 : 0);
    return count[0];
  }

  /// Behind which request the cycle begins that is under way when the first `done` requests have
  /// been answered.
  int cycleStart(int done) {
    int[] start = {0};
    forEach((request, _, tag, _, _) -> {
      if (request < done && endsCycle(tag)) {
        start[0] = request + 1;
      }
    });
    return start[0];
  }

  /// Behind which request the cycle ends that begins with this one.
  int cycleEnd(int start) {
    int[] end = {count()};
    forEach((request, _, tag, _, _) -> {
      if (request >= start && request < end[0] && endsCycle(tag)) {
        end[0] = request + 1;
      }
    });
    return end[0];
  }

  /// Whether an Execute is among the requests in `[first, end)`.
  boolean executes(int first, int end) {
    boolean[] found = {false};
    forEach((request, _, tag, _, _) ->
        found[0] |= tag == FrontendTag.EXECUTE && request >= first && request < end);
    return found[0];
  }

  /// What the texts of the requests in `[first, end)` are like.
  StatementKind kind(int first, int end, RequestTexts texts) {
    StatementKind[] kind = {StatementKind.READ};
    forEach((request, in, _, start, frameBytes) -> {
      StatementKind its = texts.kind(in, start, frameBytes); // in order: it learns names
      if (request >= first && request < end) {
        kind[0] = kind[0].and(its);
      }
    });
    return kind[0];
  }

  /// Whether a client asks to be told the columns of all that it binds.
  boolean describesAll(int first) {
    int[] missing = {0};
    forEach((request, _, tag, _, _) -> {
      if (request >= first) {
        missing[0] += tag == FrontendTag.BIND ? 1 : 0;
        missing[0] -= tag == FrontendTag.DESCRIBE ? 1 : 0;
      }
    });
    return missing[0] <= 0;
  }
}
