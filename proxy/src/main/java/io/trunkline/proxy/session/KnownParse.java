package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.trunkline.pool.SharedStatement;
import io.trunkline.protocol.BackendTag;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrameScanner;
import io.trunkline.protocol.FrontendTag;
import io.trunkline.protocol.TransactionStatus;

/// Parse and Sync, and nothing between them, from a client without a server, of a statement that a
/// server of its pool has parsed before: answered here. It is prepared where it is used first.
///
/// This is more than a round trip saved. A program that prepares its statements with blocking calls
/// while other connections of the same thread are in transactions, as pgbench and many tests do,
/// would wait for ever for one of the servers which those transactions keep.
@EventLoopConfined
final class KnownParse {
  private static final int SYNC_BYTES = FrameScanner.HEADER_BYTES;

  private final ClientSession session;
  private final ClientStatements names;

  /// Where the Sync is that is to be answered next; negative for none.
  private int syncAt = -1;

  KnownParse(ClientSession session, ClientStatements names) {
    this.session = session;
    this.names = names;
  }

  /// Takes a message of a client without a server, if it is one of the two.
  ///
  /// @return false when it is to be relayed
  boolean answers(ByteBuf in, byte tag, int start, int frameBytes) {
    Channel client = session.channel();
    if (start == syncAt) {
      syncAt = -1;
      client.write(Refusal.readyForQuery(client, TransactionStatus.IDLE), client.voidPromise());
      return true;
    }
    int end = start + frameBytes;
    if (tag != FrontendTag.PARSE
        || !session.tracksStatements()
        || !isSync(in, end)
        || !isPreparedHere(in, start + FrameScanner.HEADER_BYTES, end)) {
      return false;
    }
    syncAt = end;
    session.timeouts().traffic().clientParses++;
    ByteBuf complete = client.alloc().buffer(FrameScanner.HEADER_BYTES);
    client.write(complete.writeByte(BackendTag.PARSE_COMPLETE).writeInt(4), client.voidPromise());
    return true;
  }

  private static boolean isSync(ByteBuf in, int at) {
    return in.writerIndex() - at >= SYNC_BYTES
        && in.getByte(at) == FrontendTag.SYNC
        && in.getInt(at + 1) == 4;
  }

  /// Remembers the statement under the client's name for it, if all is well with both.
  private boolean isPreparedHere(ByteBuf in, int nameStart, int end) {
    int nameEnd = RequestRelay.endOfString(in, nameStart, end);
    int queryEnd = nameEnd <= nameStart ? -1 : RequestRelay.endOfString(in, nameEnd + 1, end);
    int nameBytes = nameEnd - nameStart;
    if (queryEnd < 0 || names.isFull() || names.get(in, nameStart, nameBytes) != null) {
      return false;
    }
    int definition = nameEnd + 1;
    int effects = session.context().sqlScanner().scan(in, definition, queryEnd);
    Object scope = session.sessionState().parseScope();
    SharedStatement statement =
        SharedStatement.of(in, definition, end - definition, scope, effects);
    if (!session.leasing().poolHasParsed(statement)) {
      return false;
    }
    names.put(in, nameStart, nameBytes, statement);
    return true;
  }
}
