package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.trunkline.pool.ParsedStatement;
import io.trunkline.pool.PendingResponses;
import io.trunkline.pool.Request;
import io.trunkline.pool.ServerConnection;
import io.trunkline.pool.SharedStatement;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrameScanner;
import io.trunkline.protocol.FrontendTag;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.sql.SessionEffect;
import io.trunkline.proxy.session.ClientStatements.Entry;
import org.jspecify.annotations.Nullable;

/// Hot path. Prepared statements that outlive their server connection: a client's names become the
/// names of shared statements, a statement the server does not know is prepared there first, and
/// one it knows already is not prepared again.
///
/// - Parse, named: forwarded under the shared name, or answered here when the server knows it.
/// - Parse, unnamed: forwarded, and remembered.
/// - Bind and Describe of a named statement: the name is replaced; our own Parse goes first when
///   the server does not know the statement.
/// - Bind and Describe of the unnamed one: the remembered Parse goes first when the server has
///   another one.
/// - Close: of a named statement answered here, otherwise forwarded.
///
/// Errors stay the server's: an unknown name is passed on, so that the server says 26000, and a
/// duplicate one is made to clash there, so that it says 42P05.
///
/// Source: PostgreSQL docs, "Extended Query".
@SuppressWarnings("ReferenceEquality") // markers are compared by identity
@EventLoopConfined
final class StatementRelay {

  /// Subject of a Parse of the unnamed statement.
  static final Object UNNAMED = new Object();

  /// Subject of a named Parse: what to undo if it never happens. The subject of a Bind or Describe
  /// of a named statement is its entry.
  @EventLoopConfined
  record NamedParse(Entry entry, boolean onServer) implements ParsedStatement {
    @Override
    public SharedStatement statement() {
      return entry.statement();
    }
  }

  /// Subject of a named Close, or of a message that does the same: what to undo if it never
  /// happens.
  @EventLoopConfined
  record NamedClose(Entry entry) {}

  /// Subject of a Parse that fails if its name is taken: the name to put into the server's error.
  ///
  /// @param taken the statement whose name it may be; null when another stands for it
  @EventLoopConfined
  record Duplicate(String name, @Nullable Entry taken) {}

  private final ClientSession session;
  private final RequestWriter writer;
  private final ClientStatements names = new ClientStatements();
  private final UnnamedStatement unnamed = new UnnamedStatement();
  private final StatementProvision provision;
  private final TakenName taken;
  private final UnnamedDeallocate deallocate;
  private boolean largeUnnamed;
  private boolean largeNamed;

  StatementRelay(ClientSession session, RequestWriter writer) {
    this.session = session;
    this.writer = writer;
    this.provision = new StatementProvision(session, writer);
    this.taken = new TakenName(session, writer, names, provision);
    this.deallocate = new UnnamedDeallocate(session, names, unnamed, provision);
  }

  StatementProvision provision() {
    return provision;
  }

  ClientStatements names() {
    return names;
  }

  UnnamedStatement unnamed() {
    return unnamed;
  }

  /// A simple query destroys the unnamed statement, and so does an error in its Parse.
  void forgetUnnamed() {
    largeUnnamed = false;
    unnamed.forget();
    session.requireServer().statements().noteUnnamed(null, 0);
  }

  /// The server has dropped all named statements; what was prepared behind that in the pipe is
  /// there nevertheless.
  void forgetAll() {
    names.clear();
    largeNamed = false;
    session.requireServer().pending().forEachSubject(this::onForgottenBefore);
  }

  private void onForgottenBefore(Object subject) {
    if (subject instanceof NamedParse(Entry entry, _)) {
      names.undoRemove(entry);
    } else if (subject instanceof NamedClose(Entry closed)) {
      names.dropBeforeRemove(closed);
    } else if (subject instanceof Duplicate duplicate && duplicate.taken != null) {
      names.dropBeforeRemove(duplicate.taken);
    }
  }

  /// Whether a statement too large to be kept here exists on the server.
  boolean holdsLarge() {
    return largeUnnamed || largeNamed;
  }

  void onSkipped(Object subject) {
    ServerConnection server = session.server();
    if (subject instanceof NamedParse(Entry entry, boolean onServer)) {
      names.undoPut(entry);
      if (onServer && server != null) {
        server.statements().noteForgotten(entry.statement());
      }
    } else if (subject instanceof NamedClose(Entry closed)) {
      names.undoRemove(closed);
    } else if (subject instanceof Duplicate duplicate && duplicate.taken != null) {
      names.undoRemove(duplicate.taken);
    } else if (subject == UNNAMED) {
      unnamed.forget();
      if (server != null) {
        server.statements().noteUnnamed(null, 0);
      }
    }
  }

  // ---- Parse

  boolean onParse(ByteBuf in, int start, int frameBytes) {
    countParse();
    ServerConnection server = session.requireServer();
    PendingResponses pending = server.pending();
    if (!session.tracksStatements() || pending.isSkipping()) {
      pending.addForwarded(Request.PARSE, null);
      return true;
    }
    int end = start + frameBytes;
    int nameStart = start + FrameScanner.HEADER_BYTES;
    int nameEnd = RequestRelay.endOfString(in, nameStart, end);
    int queryEnd = nameEnd < 0 ? -1 : RequestRelay.endOfString(in, nameEnd + 1, end);
    if (queryEnd < 0) { // cut short: the server will say so
      pending.addForwarded(Request.PARSE, null);
      return true;
    }
    int effects = session.context().sqlScanner().scan(in, nameEnd + 1, queryEnd);
    if (nameEnd == nameStart) {
      largeUnnamed = false;
      if (deallocate.remember(in, start, frameBytes, queryEnd, effects)) {
        unnamed.encodeParse(writer.replace(server.channel(), in, start, end));
      }
      server.statements().noteUnnamed(session, unnamed.serial());
      pending.addForwarded(Request.PARSE, UNNAMED);
      return true;
    }
    if (names.isFull()) {
      throw new ProtocolViolation(
          "more than %d prepared statements".formatted(ClientStatements.COUNT_MAX));
    }
    onNamedParse(in, start, new NameInMessage(nameStart, nameEnd), end, effects);
    return true;
  }

  private void countParse() {
    Traffic traffic = session.timeouts().traffic();
    traffic.clientParses++;
    traffic.serverParses++;
  }

  private void onNamedParse(ByteBuf in, int start, NameInMessage name, int end, int effects) {
    ServerConnection server = session.requireServer();
    PendingResponses pending = server.pending();
    int definition = name.end() + 1;
    SessionState state = session.sessionState();
    if (names.find(in, name.start(), name.bytes()) instanceof Entry entry) {
      if (!state.mayHaveBeenReset()) {
        taken.clash(in, start, name, end);
        return;
      }
      taken.takeOver(in, start, name, end, entry);
    }
    SharedStatement statement =
        SharedStatement.of(in, definition, end - definition, state.parseScope(), effects);
    Entry entry = names.put(in, name.start(), name.bytes(), statement);
    boolean known = server.statements().knows(statement);
    if (known
        && server.status() != TransactionStatus.FAILED
        && !pending.owesReady() // what is asked before may fail its transaction
        && !state.mayHaveBeenReset()) {
      writer.skip(server.channel(), in, start, end);
      pending.addFabricated(Request.PARSE, new NamedParse(entry, false));
      session.timeouts().traffic().serverParses--;
      session.requireServer().fabricate();
      return;
    }
    ByteBuf out = writer.replace(server.channel(), in, start, end);
    if (known) {
      // In a failed transaction the server says which statements it takes: those that end it. What
      // it knows it may lose to a command on its way.
      provision.forget(statement, out);
    }
    statement.encodeParse(out);
    server.statements().noteParsed(statement);
    pending.addForwarded(Request.PARSE, new NamedParse(entry, true));
    provision.evict(server, out);
  }

  /// A Parse too large to keep: it goes to the server under the client's own name, and the client
  /// has to stay with that server.
  boolean onLargeParse(ByteBuf in, int start, int bytesHere) {
    countParse();
    ServerConnection server = session.requireServer();
    int nameStart = start + FrameScanner.HEADER_BYTES;
    int nameEnd = RequestRelay.endOfString(in, nameStart, start + bytesHere);
    if (nameEnd < 0) {
      throw new ProtocolViolation("the name of a statement is longer than " + bytesHere);
    }
    if (session.tracksStatements()) {
      session.sessionState().noteUnreadable();
      if (nameEnd == nameStart) {
        unnamed.forget();
        unnamed.renew();
        server.statements().noteUnnamed(session, unnamed.serial());
        largeUnnamed = true;
      } else {
        largeNamed = true;
      }
    }
    server.pending().addForwarded(Request.PARSE, nameEnd == nameStart ? UNNAMED : null);
    return true;
  }

  // ---- Bind, Describe, Close

  /// A Bind, of which at least the names are here.
  boolean onBind(ByteBuf in, int start, int bytesHere, int frameBytes) {
    session.timeouts().traffic().binds++;
    ServerConnection server = session.requireServer();
    PendingResponses pending = server.pending();
    @Nullable Object subject = null;
    if (session.tracksStatements() && !pending.isSkipping()) {
      NameInMessage name = NameInMessage.ofBind(in, start, bytesHere);
      if (name == NameInMessage.NONE && bytesHere < frameBytes) {
        throw new ProtocolViolation("the names in a Bind are longer than " + bytesHere);
      }
      Entry entry = name == NameInMessage.NONE ? null : named(in, name);
      subject = name.bytes() == 0 ? deallocate.beforeBind(in, start) : entry;
      byte[] shared =
          name == NameInMessage.NONE ? NameInMessage.KEEP : serverName(in, start, name, entry);
      if (shared != NameInMessage.KEEP) {
        int portal = start + FrameScanner.HEADER_BYTES;
        ByteBuf out = writer.replace(server.channel(), in, start, name.end());
        out.writeByte(FrontendTag.BIND).writeInt(frameBytes - 1 + shared.length - name.bytes());
        out.writeBytes(in, portal, name.start() - portal).writeBytes(shared);
      }
    }
    pending.addForwarded(Request.BIND, subject);
    return true;
  }

  boolean onDescribe(ByteBuf in, int start, int frameBytes) {
    ServerConnection server = session.requireServer();
    @Nullable Object subject = null;
    if (session.tracksStatements() && !server.pending().isSkipping()) {
      NameInMessage name = NameInMessage.ofTarget(in, start, frameBytes);
      if (name.end() >= 0 && NameInMessage.targetsStatement(in, start)) {
        Entry entry = named(in, name);
        subject = entry;
        byte[] shared = serverName(in, start, name, entry);
        if (shared != NameInMessage.KEEP) {
          ByteBuf out = writer.replace(server.channel(), in, start, name.end());
          out.writeByte(FrontendTag.DESCRIBE).writeInt(4 + 1 + shared.length + 1);
          out.writeByte('S').writeBytes(shared);
        }
      }
    }
    boolean told = session.replay().isFailedOne() && NameInMessage.targetsStatement(in, start);
    server
        .pending()
        .addForwarded(Request.DESCRIBE, told ? PendingResponses.PARAMETERS_TOLD : subject);
    return true;
  }

  boolean onClose(ByteBuf in, int start, int frameBytes) {
    ServerConnection server = session.requireServer();
    PendingResponses pending = server.pending();
    if (session.tracksStatements()
        && !pending.isSkipping()
        && NameInMessage.targetsStatement(in, start)) {
      NameInMessage name = NameInMessage.ofTarget(in, start, frameBytes);
      if (name.end() < 0) {
        pending.addForwarded(Request.CLOSE, null);
        return true; // cut short: the server will say so
      }
      if (name.bytes() == 0) {
        forgetUnnamed();
      } else if (names.remove(in, name.start(), name.bytes()) instanceof Entry closed) {
        if (session.sessionState().mayHaveBeenReset()) {
          pending.addForwarded(Request.CLOSE, new NamedClose(closed)); // there is none of this name
          return true;
        }
        writer.skip(server.channel(), in, start, start + frameBytes);
        pending.addFabricated(Request.CLOSE, new NamedClose(closed));
        session.requireServer().fabricate();
        return true;
      } else {
        session.sessionState().noteEffects(SessionEffect.DEALLOCATE); // may end a pin
      }
    }
    pending.addForwarded(Request.CLOSE, null);
    return true;
  }

  /// Sees to it that the server has the statement a message at `start` refers to.
  ///
  /// @return the name to put in its place; [NameInMessage#KEEP] when the message may stay as it is
  private byte[] serverName(ByteBuf in, int start, NameInMessage name, @Nullable Entry entry) {
    if (name.bytes() == 0) {
      provision.provide(unnamed, in, start);
      return NameInMessage.KEEP;
    }
    if (entry == null) {
      return name.harmless(in);
    }
    SharedStatement statement = entry.statement();
    session.replay().noteShared();
    SharedStatement known = provision.provide(statement, in, start);
    if (statement.effects() != SessionEffect.NONE) {
      session.sessionState().note(statement);
    }
    return known.name();
  }

  private @Nullable Entry named(ByteBuf in, NameInMessage name) {
    return name.bytes() == 0 ? null : names.find(in, name.start(), name.bytes());
  }

  // ---- once more

  /// Of a message that is about to be sent again: has the server forget the statement it uses, so
  /// that it is prepared anew.
  void renew(ByteBuf in, byte tag, int start, int frameBytes) {
    NameInMessage name =
        switch (tag) {
          case FrontendTag.BIND -> NameInMessage.ofBind(in, start, frameBytes);
          case FrontendTag.DESCRIBE ->
              NameInMessage.targetsStatement(in, start)
                  ? NameInMessage.ofTarget(in, start, frameBytes)
                  : NameInMessage.NONE;
          default -> NameInMessage.NONE;
        };
    SharedStatement statement =
        name.bytes() <= 0 ? null : names.get(in, name.start(), name.bytes());
    if (statement != null) {
      provision.withdraw(statement);
      provision.withdraw(statement.in(session.sessionState().parseScope()));
    }
  }

  /// A message sent again whose answer the client has. A portal of the cycle under way has to be
  /// made again, and it has to be known which unnamed statement it is of; the rest is there.
  void onAnsweredBefore(ByteBuf in, byte tag, int start, int frameBytes) {
    if (tag == FrontendTag.BIND && !session.replay().isOver()) {
      onBind(in, start, frameBytes, frameBytes);
      session.requireServer().pending().takeOverNewest();
      return;
    }
    if (tag == FrontendTag.QUERY) {
      forgetUnnamed();
    } else if (tag == FrontendTag.PARSE) {
      deallocate.recall(in, start, frameBytes);
    }
    writer.skip(session.requireServer().channel(), in, start, start + frameBytes);
  }
}
