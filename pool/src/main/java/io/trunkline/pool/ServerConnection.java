package io.trunkline.pool;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.message.FrontendMessage;
import io.trunkline.protocol.sql.SessionSettings;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One logged-in connection to a server, and what is known of the session behind it: its state,
/// transaction status, reported parameters, settings and prepared statements.
///
/// Hot path: bytes of the server come in here and leave for the lessee as they came; see
/// [ServerResponses] for what is looked at. Confined to an event loop; it changes loops only while
/// it is [ServerState#MOVING], and then nobody leases it.
@SuppressWarnings("ReferenceEquality") // the road compares by identity
@EventLoopConfined
public final class ServerConnection {
  private static final Logger log = LoggerFactory.getLogger(ServerConnection.class);

  /// Messages longer than this are streamed, whatever they are.
  static final int INSPECT_BYTES_MAX = 64 * 1024;

  private final PoolKey key;
  private final ServerIdentity identity;
  private final PendingResponses pending = new PendingResponses();
  private final ServerStatements statements = new ServerStatements();
  private final ServerResponses responses;
  private final ServerCancels cancels = new ServerCancels(this);

  private Channel channel;
  private PoolShard shard;
  private ServerState state = ServerState.IDLE;
  private @Nullable Lessee lessee;
  private TransactionStatus status = TransactionStatus.IDLE;
  private ReportedParameters parameters;
  private SessionSettings settings = SessionSettings.EMPTY;

  /// Why it is to be closed at its next release; null while it may be used again.
  private @Nullable String retirement;

  /// When it was last put away, or freed to move to another loop.
  private long idleSinceNanos;

  private long leases;
  private boolean copyIn;
  private boolean connectQueryUndone;

  /// Whether the tag of each CommandComplete is looked at during this lease.
  private boolean watchesCommandTags;

  ServerConnection(PoolShard shard, Channel channel, ServerIdentity identity) {
    this.key = shard.pool().key();
    this.shard = shard;
    this.channel = channel;
    this.identity = identity;
    this.parameters = identity.parameters();
    this.responses = new ServerResponses(this, pending);
  }

  // ---- what it is

  public PoolKey key() {
    return key;
  }

  /// Whether its session was made ready by a query, and is to stay so.
  public boolean hasConnectQuery() {
    return !key.connectQuery().isEmpty();
  }

  public ServerIdentity identity() {
    return identity;
  }

  public TransactionStatus status() {
    return status;
  }

  public ReportedParameters parameters() {
    return parameters;
  }

  public SessionSettings settings() {
    return settings;
  }

  /// The prepared statements it has.
  public ServerStatements statements() {
    return statements;
  }

  public PendingResponses pending() {
    return pending;
  }

  public Channel channel() {
    return channel;
  }

  /// Whether the server is waiting for COPY data.
  public boolean inCopyIn() {
    return copyIn;
  }

  ServerState state() {
    return state;
  }

  PoolShard shard() {
    return shard;
  }

  public ServerPool pool() {
    return shard.pool();
  }

  /// What its lessee would lose if it closed now.
  public ServerLoss stand(String reason) {
    return responses.stand(reason);
  }

  @Nullable Lessee lessee() {
    return lessee;
  }

  long leases() {
    return leases;
  }

  // ---- what the lessee does

  /// Sends bytes as they are; takes ownership. Flushed by [#flush].
  public void write(ByteBuf bytes) {
    channel.write(bytes, channel.voidPromise());
  }

  /// Sends what was written; the lessee sends what it was told in the server's place.
  public void flush() {
    channel.flush();
    responses.onReadComplete();
  }

  /// Stops or goes on reading what the server sends.
  public void readable(boolean readable) {
    channel.config().setAutoRead(readable);
  }

  /// Until the lease ends, looks out for commands that take something away from the session.
  public void watchCommandTags() {
    watchesCommandTags = true;
  }

  boolean watchesCommandTags() {
    return watchesCommandTags;
  }

  /// The client's COPY data has ended, one way or the other.
  public void copyInEnded() {
    copyIn = false;
  }

  /// Asks the server something of our own; the lessee sees nothing of it.
  ///
  /// @param sql its characters being bytes (ISO-8859-1)
  public void ask(String sql, OwnAnswer answer) {
    ask(sql.getBytes(StandardCharsets.ISO_8859_1), answer);
  }

  /// Asks the server what somebody has written into the configuration.
  public void askText(String sql, OwnAnswer answer) {
    ask(sql.getBytes(StandardCharsets.UTF_8), answer);
  }

  private void ask(byte[] sql, OwnAnswer answer) {
    ByteBuf query = channel.alloc().buffer();
    OwnQuery.encode(sql, query);
    statements.noteUnnamed(null, 0); // a simple query destroys it
    pending.addOwn(Request.QUERY, answer);
    channel.writeAndFlush(query, channel.voidPromise());
  }

  /// Something of what `connect_query` did may be undone: it is cleaned before its next lease.
  public void noteConnectQueryUndone() {
    connectQueryUndone = hasConnectQuery();
  }

  boolean isConnectQueryUndone() {
    return connectQueryUndone;
  }

  /// Its session is as it was when it was opened.
  void noteClean() {
    statements.noteAllForgotten();
    settings = SessionSettings.EMPTY;
    connectQueryUndone = false;
  }

  public void noteSettings(SessionSettings now) {
    settings = now;
  }

  /// Puts bytes for the lessee in front of the message at `start`. Takes ownership.
  public void insertBefore(ByteBuf in, int start, ByteBuf bytes) {
    responses.insertBefore(in, start, bytes);
  }

  /// Answers what the server was not sent, as far as it is its turn.
  public void fabricate() {
    responses.fabricate();
  }

  /// Asks the server to cancel what it is doing. Until that has ended, nobody else gets the
  /// connection: a cancel that comes late must not hit the next one's query.
  ///
  /// @param ended run when the request has ended, well or not
  public void cancel(Runnable ended) {
    cancels.send(ended);
  }

  /// Ends the lease of a client that is gone: what runs is cancelled, then it is closed.
  public void cancelAndClose(String reason) {
    lessee = null;
    become(ServerState.ABANDONED);
    sayGoodbye();
    cancels.sendUntilClosed(reason);
  }

  /// Ends the lease of a client that wants no answer: what it asked for is done, then the
  /// connection is closed. The server is told so, lest it wait for ever for the rest of a COPY.
  public void finishAndClose() {
    lessee = null;
    become(ServerState.ABANDONED);
    sayGoodbye();
  }

  /// Ends the lease and closes the connection at once, as a client of its own would: with a last
  /// word. What was sent before is left to the server.
  public void hangUp(String reason) {
    if (state != ServerState.CLOSED) {
      lessee = null;
      sayGoodbye();
      close(reason);
    }
  }

  /// Like [#hangUp], and what runs is cancelled, unless it is a COPY from the client: that listens.
  public void cancelAndHangUp(String reason) {
    if (state != ServerState.CLOSED && !pending.isEmpty() && !copyIn) {
      shard.pool().cancel(this, () -> log.debug("{} was cancelled after its end", this));
    }
    hangUp(reason);
  }

  private void sayGoodbye() {
    ByteBuf goodbye = channel.alloc().buffer(5);
    new FrontendMessage.Terminate().encode(goodbye);
    channel.writeAndFlush(goodbye, channel.voidPromise());
  }

  void onAbandonedDone() {
    if (state == ServerState.ABANDONED && cancelsInFlight() == 0) {
      close("its client had left");
    }
  }

  /// Ends the lease: it goes to the next waiter, into the pool, or is closed if not clean.
  public void release(long nowNanos) {
    assert channel.eventLoop().inEventLoop() : "off its event loop";
    if (state != ServerState.LEASED) {
      return; // it closed first
    }
    lessee = null;
    copyIn = false;
    shard.released(this, nowNanos);
  }

  /// Ends the lease and runs `resetQuery` before anybody else gets the connection.
  public void releaseAndReset(long nowNanos) {
    if (state != ServerState.LEASED) {
      return;
    }
    lessee = null;
    copyIn = false;
    shard.releasedDirty(this, nowNanos);
  }

  /// Closes it, lease or not.
  public void close(String reason) {
    if (state == ServerState.CLOSED) {
      return;
    }
    Lessee holder = lessee;
    ServerLoss loss = responses.end(reason, holder);
    lessee = null;
    become(ServerState.CLOSED);
    boolean byServer = !channel.isActive() || reason.equals(responses.farewell());
    long ageNanos = shard.pool().clock().now() - identity.bornNanos();
    ServerLog.closed(this, byServer, reason, ageNanos);
    channel.close();
    shard.closed(this);
    if (holder != null) {
      holder.onServerClosed(loss);
    }
  }

  // ---- what the pool does

  void become(ServerState next) {
    assert channel.eventLoop().inEventLoop() : "off its event loop";
    state = next;
  }

  void leaseTo(Lessee next) {
    become(ServerState.LEASED);
    watchesCommandTags = false;
    lessee = next;
    leases++;
  }

  void idleSince(long nowNanos) {
    become(ServerState.IDLE);
    idleSinceNanos = nowNanos;
  }

  long idleSinceNanos() {
    return idleSinceNanos;
  }

  /// Cancel requests for it that have not ended.
  public int cancelsInFlight() {
    return cancels.inFlight();
  }

  /// Marks it to be closed when it is free next.
  public void retire(String reason) {
    if (retirement == null) {
      retirement = reason;
    }
  }

  @Nullable String retirement() {
    return retirement;
  }

  void movedTo(PoolShard next) {
    shard = next;
  }

  // ---- what the responses say

  void statusIs(TransactionStatus now) {
    status = now;
  }

  void parameterIs(String name, String value) {
    parameters = parameters.with(name, value);
  }

  void copyInBegun() {
    copyIn = true;
  }

  // ---- what happens to the channel

  /// Takes ownership of what was read.
  void onRead(ByteBuf in) {
    if (state == ServerState.CLOSED) {
      in.release();
      return;
    }
    try {
      responses.onRead(in);
    } catch (ProtocolViolation violation) {
      log.warn("{} broke the protocol: {}", this, violation.getMessage());
      close("server broke the protocol: " + violation.getMessage());
    }
  }

  void onReadComplete() {
    responses.onReadComplete();
  }

  void onHungUp() {
    if (state != ServerState.CLOSED && state != ServerState.ABANDONED) {
      shard.pool().suspect();
    }
    close(responses.farewell());
  }

  @Override
  public String toString() {
    return ServerLog.name(identity, key);
  }
}
