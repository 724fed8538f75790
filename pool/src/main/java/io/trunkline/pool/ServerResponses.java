package io.trunkline.pool;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import io.trunkline.pool.PendingResponses.Verdict;
import io.trunkline.protocol.BackendTag;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrameScanner;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.message.BackendMessage.ParameterStatus;
import io.trunkline.protocol.sql.SessionEffect;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Hot path. What a server sends: headers are looked at, runs of bytes go to the lessee as they
/// came, answers to our own queries are taken out, and answers the server will not give are put in.
///
/// Confined to the loop of its connection.
@SuppressWarnings("ReferenceEquality") // the road compares by identity
@EventLoopConfined
final class ServerResponses implements FrameScanner.Sink {
  private final ServerConnection server;
  private final PendingResponses pending;
  private final FrameScanner scanner =
      new FrameScanner(ServerConnection.INSPECT_BYTES_MAX, FrameScanner.HEADER_BYTES);

  /// The start of a message whose rest has not come; null between messages.
  private @Nullable ByteBuf carry;

  /// Where the bytes begin that are to be forwarded but have not been.
  private int runStart;

  /// Where a RowDescription lies that has not been forwarded and is all there is of the answer to a
  /// Query; -1 for none. PostgreSQL keeps it back until there is more to send.
  private int describedAt = -1;

  /// Whether the streamed frame's body is for the client.
  private Verdict bodyVerdict = Verdict.FORWARD;

  /// Whom bytes were handed to since the last flush.
  private @Nullable Lessee unflushed;

  /// Whether the last error the client was sent ended the server's session.
  private boolean saidFarewell;

  /// The server's last words, for when it hangs up.
  private String farewell = "server closed the connection";

  ServerResponses(ServerConnection server, PendingResponses pending) {
    this.server = server;
    this.pending = pending;
  }

  /// Takes ownership of what was read.
  void onRead(ByteBuf read) {
    ByteBuf in = withCarry(read);
    try {
      runStart = in.readerIndex();
      describedAt = -1;
      scanner.scan(in, Lessee.messageBytesMaxOf(server.lessee()), this);
      int end = in.readerIndex();
      if (in.isReadable() && server.state() != ServerState.CLOSED) {
        carry = in.alloc().buffer(in.readableBytes()).writeBytes(in, end, in.readableBytes());
      }
      if (runStart == 0 && end == in.writerIndex() && server.lessee() != null) {
        forward(in.setIndex(0, end).retain());
      } else {
        forwardRun(in, end);
      }
    } catch (ProtocolViolation violation) {
      forwardRun(in, in.readerIndex()); // what it said before is the client's
      throw violation;
    } finally {
      in.release();
    }
  }

  private ByteBuf withCarry(ByteBuf read) {
    ByteBuf before = carry;
    if (before == null) {
      return read;
    }
    carry = null;
    ByteBuf whole = read.alloc().buffer(before.readableBytes() + read.readableBytes());
    whole.writeBytes(before).writeBytes(read);
    before.release();
    read.release();
    return whole;
  }

  void onReadComplete() {
    Lessee lessee = unflushed;
    if (lessee != null) {
      unflushed = null;
      lessee.flushResponses();
    }
  }

  String farewell() {
    return farewell;
  }

  /// How things stand for the lessee.
  ServerLoss stand(String reason) {
    return new ServerLoss(
        reason,
        saidFarewell,
        pending.clientRequests(),
        pending.headHasBegun() && describedAt < 0,
        pending.isAtRest(),
        scanner.inFrame() && bodyVerdict == Verdict.FORWARD,
        server.status());
  }

  /// The connection is gone: nothing more comes of what was asked. Says how things stood.
  ServerLoss end(String reason, @Nullable Lessee holder) {
    ServerLoss loss = stand(reason);
    if (holder != null) {
      pending.forEachSubjectReversed(pending.size(), this::skipped);
    }
    pending.clear();
    ReferenceCountUtil.release(carry);
    carry = null;
    return loss;
  }

  /// What we asked for ourselves reaches no client, and may be as long as it is.
  @Override
  public boolean onTooLong(ByteBuf in, byte tag, int start, int frameBytes) {
    Lessee lessee = server.lessee();
    if (lessee == null || pending.ownIsNext()) {
      return true;
    }
    forwardRun(in, start); // what it said before is the client's
    lessee.onTooLong(frameBytes);
    server.close("message '%c' of %d bytes was too long".formatted((char) tag, frameBytes));
    return false;
  }

  @Override
  public boolean streams(byte tag) {
    return switch (tag) {
      case BackendTag.DATA_ROW -> !pending.ownIsNext(); // ours are read, and so waited for
      case BackendTag.COPY_DATA,
          BackendTag.ROW_DESCRIPTION,
          BackendTag.FUNCTION_CALL_RESPONSE,
          BackendTag.PARAMETER_DESCRIPTION,
          BackendTag.NOTICE_RESPONSE ->
          true;
      default -> false;
    };
  }

  @Override
  public boolean onFrame(ByteBuf in, byte tag, int start, int frameBytes) {
    if (server.state() == ServerState.CLOSED) {
      return false;
    }
    Verdict verdict =
        switch (tag) {
          case BackendTag.DATA_ROW, BackendTag.COPY_DATA -> onData(in, tag, start, frameBytes);
          case BackendTag.READY_FOR_QUERY -> onReadyForQuery(in, start, frameBytes);
          case BackendTag.ERROR_RESPONSE -> onError(in, start, frameBytes);
          case BackendTag.PARAMETER_STATUS -> onParameterStatus(in, start, frameBytes);
          case BackendTag.NOTICE_RESPONSE, BackendTag.NOTIFICATION_RESPONSE -> onAside(tag);
          case BackendTag.COMMAND_COMPLETE -> onCommandComplete(in, start, frameBytes);
          default -> onMessage(tag, start);
        };
    if (verdict == Verdict.SWALLOW) {
      swallow(in, start, frameBytes);
    }
    if (pending.fabricatedIsNext()) {
      forwardRun(in, start + frameBytes);
      fabricate();
    }
    return true;
  }

  @Override
  public boolean onFrameHead(ByteBuf in, byte tag, int start, int bytesHere, int frameBytes) {
    if (server.state() == ServerState.CLOSED) {
      return false;
    }
    bodyVerdict =
        switch (tag) {
          case BackendTag.DATA_ROW, BackendTag.COPY_DATA -> onData(in, tag, start, 0);
          case BackendTag.ERROR_RESPONSE -> {
            server.copyInEnded();
            yield settleError();
          }
          case BackendTag.NOTICE_RESPONSE, BackendTag.NOTIFICATION_RESPONSE -> onAside(tag);
          case BackendTag.READY_FOR_QUERY, BackendTag.PARAMETER_STATUS ->
              throw new ProtocolViolation(
                  "message '%c' of %d bytes".formatted((char) tag, frameBytes));
          default -> onMessage(tag, -1);
        };
    if (bodyVerdict == Verdict.SWALLOW) {
      swallow(in, start, bytesHere);
    }
    return true;
  }

  @Override
  public void onFrameBody(ByteBuf in, int start, int bytes, boolean last) {
    if (bodyVerdict == Verdict.SWALLOW) {
      swallow(in, start, bytes);
    }
  }

  private Verdict onData(ByteBuf in, byte tag, int start, int frameBytes) {
    if (pending.isEmpty() && !pending.isUncertain()) {
      throw new ProtocolViolation("server sent '%c' unasked".formatted((char) tag));
    }
    if (!pending.ownIsNext()) {
      pending.noteBegun();
      describedAt = -1;
      return Verdict.FORWARD;
    }
    if (frameBytes == 0) {
      throw new ProtocolViolation("a row nobody asked for in so many bytes");
    }
    if (pending.headSubject() instanceof OwnAnswer answer) {
      answer.onRow(in, start, frameBytes);
    }
    return Verdict.SWALLOW;
  }

  private Verdict onCommandComplete(ByteBuf in, int start, int frameBytes) {
    if (server.watchesCommandTags() && !pending.ownIsNext()) {
      int tagBytes = frameBytes - FrameScanner.HEADER_BYTES - 1;
      int effects = CommandTags.effects(in, start + FrameScanner.HEADER_BYTES, tagBytes);
      if (effects != SessionEffect.NONE) {
        onSessionCommand(effects);
      }
    }
    describedAt = -1;
    return pending.onMessage(BackendTag.COMMAND_COMPLETE);
  }

  private void onSessionCommand(int effects) {
    if ((effects & (SessionEffect.DISCARD_ALL | SessionEffect.DEALLOCATE_ALL)) != 0) {
      server.statements().noteAllForgotten();
      pending.forEachSubject(server.statements()::onForgottenBefore);
    }
    Lessee lessee = server.lessee();
    if (lessee != null) {
      lessee.onSessionCommand(effects);
    }
  }

  private Verdict onMessage(byte tag, int start) {
    describedAt = tag == BackendTag.ROW_DESCRIPTION && pending.queryIsNext() ? start : -1;
    if (tag == BackendTag.PARSE_COMPLETE
        && pending.headSubject() instanceof ParsedStatement parsed) {
      server.shard().pool().parsed().note(parsed.statement());
    }
    if (tag == BackendTag.COPY_IN_RESPONSE || tag == BackendTag.COPY_BOTH_RESPONSE) {
      if (!pending.onCopyIn(this::skipped)) {
        server.copyInBegun();
      }
    }
    return pending.onMessage(tag);
  }

  private Verdict onReadyForQuery(ByteBuf in, int start, int frameBytes) {
    if (frameBytes != FrameScanner.HEADER_BYTES + 1) {
      throw new ProtocolViolation("ReadyForQuery of %d bytes".formatted(frameBytes));
    }
    TransactionStatus said = TransactionStatus.of(in.getByte(start + FrameScanner.HEADER_BYTES));
    TransactionStatus status = pending.believable(said, server.status());
    boolean own = pending.ownIsNext();
    Object subject = pending.headSubject();
    Verdict verdict = pending.onReadyForQuery();
    server.statusIs(status);
    if (own) {
      swallow(in, start, frameBytes);
      ((OwnAnswer) Objects.requireNonNull(subject)).onDone();
      return Verdict.FORWARD; // already taken out
    }
    Lessee lessee = server.lessee();
    if (!pending.isEmpty()) {
      return verdict; // in a pipeline the answers that come together go together
    }
    if (status != TransactionStatus.IDLE && lessee != null && !lessee.mayStay(status)) {
      swallow(in, start, frameBytes);
    } else {
      forwardRun(in, start + frameBytes);
    }
    if (lessee != null) {
      lessee.onCycleEnd(status);
    } else {
      server.onAbandonedDone();
    }
    return verdict;
  }

  private Verdict onError(ByteBuf in, int start, int frameBytes) {
    server.copyInEnded(); // an error ends COPY FROM, whatever the client still sends for it
    if (pending.ownIsNext() && pending.headSubject() instanceof OwnAnswer answer) {
      answer.onError(in, start, frameBytes);
      return settleError();
    }
    Lessee lessee = server.lessee();
    boolean isLast = ErrorTexts.isLast(in, start, frameBytes);
    farewell = isLast ? "server said: " + ErrorTexts.brief(in, start, frameBytes) : farewell;
    forwardRun(in, describedAt >= runStart ? describedAt : start); // before the client may close
    Verdict wish = lessee == null ? Verdict.SWALLOW : lessee.onError(in, start, frameBytes);
    saidFarewell |= isLast && wish == Verdict.FORWARD;
    Verdict verdict = settleError();
    if (isLast && server.state() == ServerState.IDLE) {
      server.onHungUp(); // it takes its time to close, and nobody must get it meanwhile
    }
    if (wish != Verdict.SWALLOW) {
      return verdict;
    }
    if (describedAt >= runStart) { // what follows is another answer, with its own
      forwardRun(in, describedAt);
      runStart = start;
    }
    return wish;
  }

  private Verdict settleError() {
    Verdict verdict = pending.onError(this::skipped);
    if (pending.isUncertain()) {
      server.retire("nobody knows which messages its failed COPY has taken");
    }
    return verdict;
  }

  private void skipped(Object subject) {
    if (!server.statements().onSkipped(subject) && server.lessee() instanceof Lessee lessee) {
      lessee.onSkipped(subject);
    }
  }

  private Verdict onParameterStatus(ByteBuf in, int start, int frameBytes) {
    int body = start + FrameScanner.HEADER_BYTES;
    var reported = ParameterStatus.decode(in.slice(body, frameBytes - FrameScanner.HEADER_BYTES));
    server.parameterIs(reported.name(), reported.value());
    boolean own = pending.ownIsNext();
    Lessee lessee = server.lessee();
    if (lessee != null && !own) {
      lessee.onParameters(server.parameters());
    }
    return own || lessee == null ? Verdict.SWALLOW : Verdict.FORWARD;
  }

  /// Notices and notifications belong to no request. A notice amid our own query is ours.
  private Verdict onAside(byte tag) {
    boolean ours = tag == BackendTag.NOTICE_RESPONSE && pending.ownIsNext();
    return ours || server.lessee() == null ? Verdict.SWALLOW : Verdict.FORWARD;
  }

  /// Answers, in the server's place, all requests whose turn has come and that it was never sent.
  void fabricate() {
    while (pending.fabricatedIsNext()) {
      forward(MadeAnswer.to(pending.takeFabricated()));
    }
  }

  void insertBefore(ByteBuf in, int start, ByteBuf bytes) {
    forwardRun(in, start);
    forward(bytes);
  }

  private void swallow(ByteBuf in, int start, int bytes) {
    forwardRun(in, start);
    runStart = start + bytes;
  }

  /// Forwards what lies between the last forwarded byte and `end`.
  private void forwardRun(ByteBuf in, int end) {
    int bytes = end - runStart;
    if (bytes > 0) {
      int from = runStart;
      runStart = end;
      forward(
          from == 0 && end == in.writerIndex()
              ? in.retainedDuplicate().setIndex(0, end)
              : in.retainedSlice(from, bytes));
    }
  }

  private void forward(ByteBuf bytes) {
    Lessee lessee = server.lessee();
    if (lessee == null) {
      bytes.release();
      return;
    }
    Lessee before = unflushed;
    if (before != null && before != lessee) {
      before.flushResponses();
    }
    unflushed = lessee;
    lessee.respond(bytes);
  }
}
