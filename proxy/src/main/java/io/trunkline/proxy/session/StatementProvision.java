package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.trunkline.pool.ClosedStatement;
import io.trunkline.pool.Request;
import io.trunkline.pool.ServerConnection;
import io.trunkline.pool.SharedStatement;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrontendTag;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.sql.SessionEffect;
import java.nio.charset.StandardCharsets;

/// Hot path. Sees to it that a server has the prepared statements a client's messages refer to, by
/// Parse messages of our own in front of them.
@SuppressWarnings("ReferenceEquality") // the road compares by identity
@EventLoopConfined
final class StatementProvision {
  /// What a statement is called that is only made to be deallocated, or to be there already.
  static final byte[] DOOMED =
      (SharedStatement.NAME_PREFIX + "_doomed").getBytes(StandardCharsets.US_ASCII);

  private final ClientSession session;
  private final RequestWriter writer;

  StatementProvision(ClientSession session, RequestWriter writer) {
    this.session = session;
    this.writer = writer;
  }

  /// The server has this statement already, or is given it in front of the message at `start`: then
  /// it is parsed in the scope of now, which the client may have changed since it prepared it.
  ///
  /// @return the one the server has
  SharedStatement provide(SharedStatement statement, ByteBuf in, int start) {
    ServerConnection server = session.requireServer();
    if (server.statements().knows(statement)) {
      return statement;
    }
    SharedStatement ofNow = statement.in(session.sessionState().parseScope());
    if (ofNow != statement && server.statements().knows(ofNow)) {
      return ofNow;
    }
    ByteBuf out = writer.replace(server.channel(), in, start, start);
    ofNow.encodeParse(out);
    server.statements().noteParsed(ofNow);
    server.pending().addOwn(Request.PARSE, ofNow);
    session.timeouts().traffic().serverParses++;
    evict(server, out);
    return ofNow;
  }

  /// Has the server drop the statements unused for longest when it has too many: one, or more if a
  /// reload has lowered the bound.
  void evict(ServerConnection server, ByteBuf out) {
    int max = session.statementsMax();
    while (server.statements().evictBeyond(max) instanceof SharedStatement eldest) {
      forget(eldest, out);
    }
  }

  /// The same for the client's unnamed statement.
  void provide(UnnamedStatement unnamed, ByteBuf in, int start) {
    ServerConnection server = session.requireServer();
    if (unnamed.effects() != SessionEffect.NONE) {
      session.sessionState().note(unnamed);
    }
    if (server.statements().hasUnnamed(session, unnamed.serial())) {
      return;
    }
    ByteBuf out = writer.replace(server.channel(), in, start, start);
    if (unnamed.isKnown()) {
      unnamed.encodeParse(out);
      server.statements().noteUnnamed(session, unnamed.serial());
      server.pending().addOwn(Request.PARSE, StatementRelay.UNNAMED);
      session.timeouts().traffic().serverParses++;
    } else { // another client's may be there: the server shall say that ours is not
      out.writeByte(FrontendTag.CLOSE).writeInt(4 + 1 + 1).writeByte('S').writeByte(0);
      server.statements().noteUnnamed(null, 0);
      server.pending().addOwn(Request.CLOSE, null);
    }
  }

  /// Whether the server is in a failed block, and nothing is on its way that could end it: what
  /// comes next is refused.
  boolean isRefused() {
    ServerConnection server = session.requireServer();
    return server.status() == TransactionStatus.FAILED && server.pending().isAtRest();
  }

  /// Gives the server, in front of the message at `start`, a statement that nobody needs.
  void makeDoomed(ByteBuf in, int start) {
    ServerConnection server = session.requireServer();
    ByteBuf out = writer.replace(server.channel(), in, start, start);
    out.writeByte(FrontendTag.CLOSE).writeInt(4 + 1 + DOOMED.length + 1);
    out.writeByte('S').writeBytes(DOOMED).writeByte(0);
    server.pending().addOwn(Request.CLOSE, null);
    out.writeByte(FrontendTag.PARSE).writeInt(4 + DOOMED.length + 1 + 1 + 2);
    out.writeBytes(DOOMED).writeByte(0).writeByte(0).writeShort(0);
    server.pending().addOwn(Request.PARSE, null);
  }

  /// Has the server forget a statement, so that it is prepared anew when it is used next.
  void withdraw(SharedStatement statement) {
    ServerConnection server = session.requireServer();
    if (server.statements().knows(statement)) {
      ByteBuf out = server.channel().alloc().buffer();
      forget(statement, out);
      server.write(out);
    }
  }

  /// Writes the request to forget a statement that the server knows, as far as one can tell.
  void forget(SharedStatement statement, ByteBuf out) {
    ServerConnection server = session.requireServer();
    server.statements().noteForgotten(statement);
    statement.encodeClose(out);
    server.pending().addOwn(Request.CLOSE, new ClosedStatement(statement));
  }
}
