package io.trunkline.proxy.console;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.trunkline.protocol.BackendTag;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.WireWriter;
import io.trunkline.protocol.message.BackendMessage;
import io.trunkline.protocol.message.Bind.Format;
import io.trunkline.protocol.message.NoticeResponse;
import java.util.function.IntFunction;

/// Writes to a guest.
///
/// @param channel the guest's
record Replies(Channel channel) {

  void send(BackendMessage message) {
    ByteBuf out = channel.alloc().buffer();
    message.encode(out);
    channel.write(out, channel.voidPromise());
  }

  void ready(TransactionStatus status) {
    send(new BackendMessage.ReadyForQuery(status));
    channel.flush();
  }

  void describe(Columns columns, IntFunction<Format> formats) {
    ByteBuf out = channel.alloc().buffer();
    Table.describe(out, columns, formats);
    channel.write(out, channel.voidPromise());
  }

  /// The rows from `first` up to `end`.
  void rows(Table table, int first, int end, IntFunction<Format> formats) {
    ByteBuf out = channel.alloc().buffer();
    table.send(out, first, end, formats);
    channel.write(out, channel.voidPromise());
  }

  /// A portal has more rows than were asked for.
  void suspended() {
    ByteBuf out = channel.alloc().buffer();
    WireWriter.writeEmpty(out, BackendTag.PORTAL_SUSPENDED);
    channel.write(out, channel.voidPromise());
  }

  void notice(Answer answer) {
    NoticeResponse notice = answer.notice();
    if (notice != null) {
      send(notice);
    }
  }

  /// What ends a command.
  void complete(Answer answer) {
    send(
        answer.tag().isEmpty()
            ? new BackendMessage.EmptyQueryResponse()
            : new BackendMessage.CommandComplete(answer.tag()));
  }
}
