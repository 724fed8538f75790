package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.trunkline.pool.Request;
import io.trunkline.pool.ServerConnection;
import io.trunkline.pool.SharedStatement;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrontendTag;
import io.trunkline.proxy.session.ClientStatements.Entry;

/// Parse of a statement whose name the client has given to another already. The server has both
/// under names of ours, and yet shall be the one to refuse it.
@EventLoopConfined
final class TakenName {
  private final ClientSession session;
  private final RequestWriter writer;
  private final ClientStatements names;
  private final StatementProvision provision;

  TakenName(
      ClientSession session,
      RequestWriter writer,
      ClientStatements names,
      StatementProvision provision) {
    this.session = session;
    this.writer = writer;
    this.names = names;
    this.provision = provision;
  }

  /// The name is taken: lets the server find that out, under a name made to be taken, if it has
  /// nothing else to say against the statement.
  void clash(ByteBuf in, int start, NameInMessage name, int end) {
    ServerConnection server = session.requireServer();
    provision.makeDoomed(in, start);
    byte[] taken = StatementProvision.DOOMED;
    ByteBuf out = writer.replace(server.channel(), in, start, name.end());
    out.writeByte(FrontendTag.PARSE).writeInt(end - start - 1 + taken.length - name.bytes());
    out.writeBytes(taken);
    server.pending().addForwarded(Request.PARSE, new StatementRelay.Duplicate(name.in(in), null));
  }

  /// The name is taken, unless a command that is on its way has dropped all statements: lets the
  /// server find that out, under the name it has for the one that may be gone. One that this server
  /// does not have is taken for gone.
  void takeOver(ByteBuf in, int start, NameInMessage name, int end, Entry before) {
    names.remove(in, name.start(), name.bytes());
    ServerConnection server = session.requireServer();
    SharedStatement statement = before.statement();
    if (server.statements().knows(statement)) {
      int growth = statement.name().length - name.bytes();
      ByteBuf out = writer.replace(server.channel(), in, start, start);
      out.writeByte(FrontendTag.PARSE).writeInt(end - start - 1 + growth);
      out.writeBytes(statement.name()).writeBytes(in, name.end(), end - name.end());
      server.pending().addOwn(Request.PARSE, new StatementRelay.Duplicate(name.in(in), before));
      provision.forget(statement, out);
    }
  }
}
