package io.trunkline.proxy.console;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrameBound;
import io.trunkline.protocol.FrameReader;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.message.Bind.Format;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.protocol.message.FrontendMessage;
import io.trunkline.proxy.console.Call.GivenUp;
import io.trunkline.proxy.session.ClientErrors;
import io.trunkline.proxy.session.ClientLog;
import io.trunkline.proxy.session.ClientPhase;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A client of the console, from the end of its login to its close. One command at a time: what
/// comes behind one that is under way, or before the answers are taken, waits unread.
@EventLoopConfined
final class ConsoleSession implements ClientPhase {
  private static final Logger log = LoggerFactory.getLogger(ConsoleSession.class);

  /// A busy guest is read on up to this many bytes, so that it is seen when it leaves.
  private static final int HELD_BYTES_MAX = 64 * 1024;

  private static final Format TEXT = Format.TEXT;

  private final Guest guest;
  private final Channel channel;
  private final Replies replies;
  private final Interpreter interpreter;
  private final ExtendedQuery extended;
  private final Runnable onLeave;
  private final FrameReader frames = new FrameReader();

  /// What has been read and not looked at; null for nothing.
  private @Nullable ByteBuf unread;

  /// Completed when the guest gives up the command under way; null while none is.
  private @Nullable CompletableFuture<GivenUp> running;

  /// Whether an error makes everything be ignored up to the next Sync.
  private boolean skipping;

  /// The text of the commands under way, for those who ask what was wrong with it.
  private String query = "";

  private boolean closed;

  /// @param onLeave runs when the guest has left
  ConsoleSession(Guest guest, Commands commands, Runnable onLeave) {
    this.guest = guest;
    this.channel = guest.channel();
    this.replies = new Replies(channel);
    this.interpreter = new Interpreter(commands, guest);
    this.extended = new ExtendedQuery(interpreter, replies);
    this.onLeave = onLeave;
  }

  /// Says that the guest is connected.
  void welcome(Consumer<Replies> greeting) {
    greeting.accept(replies);
    replies.ready(interpreter.status());
  }

  // ---- bytes

  @Override
  public void onRead(ByteBuf in) {
    if (closed) {
      in.release();
      return;
    }
    ByteBuf before = unread;
    if (before == null) {
      unread = in;
    } else {
      unread = channel.alloc().buffer(before.readableBytes() + in.readableBytes());
      unread.writeBytes(before).writeBytes(in);
      before.release();
      in.release();
    }
    proceed();
  }

  /// Takes messages as long as they can be taken.
  private void proceed() {
    try {
      while (unread != null && running == null && channel.isWritable() && !closed) {
        FrameReader.Frame frame = frames.read(unread, FrameBound.CONSOLE);
        FrontendMessage message =
            frame == null ? null : FrontendMessage.decode(frame.tag(), frame.body());
        if (!unread.isReadable()) {
          dropUnread();
        }
        if (message != null) {
          onMessage(message);
        }
      }
    } catch (ProtocolViolation violation) {
      fail(ClientErrors.protocolViolation(String.valueOf(violation.getMessage())));
    }
    ByteBuf left = unread;
    channel.config().setAutoRead(left == null || left.readableBytes() < HELD_BYTES_MAX);
  }

  private void proceedAndFlush() {
    proceed();
    channel.flush();
  }

  private void dropUnread() {
    ByteBuf dropped = unread;
    unread = null;
    if (dropped != null) {
      dropped.release();
    }
  }

  @Override
  public void onReadComplete() {
    channel.flush();
  }

  @Override
  public void onClientWritability(boolean writable) {
    if (writable) { // told from within a flush, maybe one of ours
      channel.eventLoop().execute(this::proceedAndFlush);
    }
  }

  // ---- messages

  private void onMessage(FrontendMessage message) {
    switch (message) {
      case FrontendMessage.Terminate() -> leave("client close request");
      case FrontendMessage.Sync() -> {
        skipping = false;
        extended.onSync();
        replies.ready(interpreter.status());
      }
      case FrontendMessage.Flush() -> channel.flush();
      case FrontendMessage.Query(String sql) when !skipping -> onQuery(sql);
      case FrontendMessage.Execute execute when !skipping -> {
        query = extended.query(execute);
        run(
            () -> extended.execute(execute, begun()),
            answer -> extended.executed(execute, answer),
            this::skip);
      }
      default -> {
        if (!skipping) {
          onExtended(message);
        }
      }
    }
  }

  private void onExtended(FrontendMessage message) {
    try {
      extended.on(message);
    } catch (ConsoleError error) {
      skip(error.response(extended.lastQuery()));
    }
  }

  private void skip(ErrorResponse error) {
    skipping = true;
    replies.send(error);
    channel.flush();
  }

  private void onQuery(String sql) {
    query = sql;
    try {
      next(StatementParser.parse(sql).iterator());
    } catch (ConsoleError error) {
      endQuery(error.response(sql));
    }
  }

  /// Runs the next command of a query; an error ends the query.
  private void next(Iterator<Statement> statements) {
    if (!statements.hasNext()) {
      replies.ready(interpreter.status());
      return;
    }
    Statement statement = statements.next();
    run(
        () -> interpreter.run(statement, begun()),
        answer -> {
          answer(answer);
          next(statements);
        },
        this::endQuery);
  }

  private void answer(Answer answer) {
    replies.notice(answer);
    Table table = answer.table();
    if (table != null) {
      replies.describe(table.columns(), _ -> TEXT);
      replies.rows(table, 0, table.size(), _ -> TEXT);
    }
    replies.complete(answer);
  }

  private void endQuery(ErrorResponse error) {
    replies.send(error);
    replies.ready(interpreter.status());
  }

  // ---- commands

  private CompletableFuture<GivenUp> begun() {
    CompletableFuture<GivenUp> givenUp = new CompletableFuture<>();
    running = givenUp;
    return givenUp;
  }

  private void run(
      Supplier<CompletionStage<Answer>> command,
      Consumer<Answer> then,
      Consumer<ErrorResponse> onError) {
    CompletionStage<Answer> stage;
    try {
      stage = command.get();
    } catch (ConsoleError error) {
      running = null;
      onError.accept(error.response(query));
      return;
    }
    stage.whenCompleteAsync(
        (answer, failure) -> {
          running = null;
          if (closed) {
            return;
          }
          if (failure == null) {
            then.accept(answer);
          } else {
            onError.accept(error(failure));
          }
          proceedAndFlush();
        },
        channel.eventLoop());
  }

  private ErrorResponse error(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof ConsoleError known) {
      return known.response(query);
    }
    log.error("{} command failed", guest, cause);
    return ErrorResponse.error(
        SqlState.INTERNAL_ERROR, "internal error; the log of the proxy says more");
  }

  /// A cancel request with this guest's key has come in.
  void onCancelRequest(Runnable ended) {
    giveUp(GivenUp.CANCELLED);
    ended.run();
  }

  private void giveUp(GivenUp why) {
    if (running != null) {
      running.complete(why);
    }
  }

  // ---- the end

  @Override
  public void onInputEnd() {
    leave("client unexpected eof");
  }

  @Override
  public void onClientGone(String reason) {
    leave(reason);
  }

  private void leave(String reason) {
    if (!closed) {
      ClientLog.closing(guest, reason, guest.ageNanos());
      end();
      channel.close();
    }
  }

  private void end() {
    closed = true;
    dropUnread();
    onLeave.run();
    giveUp(GivenUp.LEFT);
  }

  @Override
  public void fail(ErrorResponse error) {
    if (!closed) {
      ClientLog.closing(guest, error.message(), guest.ageNanos());
      ClientLog.error(guest, error.message());
      end();
      replies.send(error);
      channel.flush();
      channel.close();
    }
  }

  @Override
  public String toString() {
    return guest.toString();
  }
}
