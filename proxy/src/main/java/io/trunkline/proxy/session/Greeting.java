package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.trunkline.pool.ReportedParameters;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.message.BackendMessage;

/// What a client is told of its server: everything at the end of its login, changes later.
/// PostgreSQL docs, "Start-up" and "Asynchronous Operations".
final class Greeting {
  private Greeting() {}

  /// ParameterStatus for each parameter, BackendKeyData, ReadyForQuery.
  static void write(Channel client, ClientProfile profile, ReportedParameters parameters) {
    ByteBuf out = client.alloc().buffer(1024);
    parameters.forEach(
        (name, value) -> new BackendMessage.ParameterStatus(name, value).encode(out));
    new BackendMessage.BackendKeyData(profile.cancelKey()).encode(out);
    new BackendMessage.ReadyForQuery(TransactionStatus.IDLE).encode(out);
    client.write(out, client.voidPromise());
  }

  /// ParameterStatus for what is different on the server the client has now.
  static void writeChanges(Channel client, ReportedParameters before, ReportedParameters now) {
    ByteBuf out = client.alloc().buffer();
    before.forEachChange(
        now, (name, value) -> new BackendMessage.ParameterStatus(name, value).encode(out));
    if (out.isReadable()) {
      client.write(out, client.voidPromise());
    } else {
      out.release();
    }
  }
}
