package io.trunkline.pool;

import io.trunkline.pool.BackendModel.Asker;
import io.trunkline.pool.BackendModel.Reply;
import io.trunkline.pool.BackendModel.Request;
import io.trunkline.pool.PendingResponses.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A client, the road with its [PendingResponses], and a server, with a wire each way that holds
/// what is on its way. The road does with requests and responses what it does with real ones, and
/// checks of every response that the queue knows whose it is.
final class RoadModel {
  private final BackendModel backend = new BackendModel();
  private final PendingResponses pending = new PendingResponses();
  private final Queue<Request> toServer = new ArrayDeque<>();
  private final Queue<Reply> fromServer = new ArrayDeque<>();
  private final StringBuilder seen = new StringBuilder();
  private final List<Object> skipped = new ArrayList<>();
  private final Set<Request> undone = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean copyIn;

  /// The last request that was answered with an error.
  private @Nullable Request failed;

  /// The tags the client has been sent.
  String seen() {
    return seen.toString();
  }

  /// The requests the queue says never happened.
  List<Object> skipped() {
    return skipped;
  }

  /// The requests the queue took that never happened: failed in the extended protocol, or not
  /// answered.
  Set<Request> undone() {
    return undone;
  }

  PendingResponses pending() {
    return pending;
  }

  boolean isQuiet() {
    return toServer.isEmpty() && fromServer.isEmpty();
  }

  /// Whether we may send something of ours, or nothing at all in place of the client's message: not
  /// where the server skips it or takes it for the end of COPY data.
  boolean mayInterfere() {
    return !copyIn && !pending.isSkipping();
  }

  /// The client sends a message of its own, or we one of ours.
  void send(Request request) {
    toServer.add(request);
    switch (request.tag()) {
      case 'd', 'H' -> {
        // neither has an answer
      }
      case 'c', 'f' -> {
        if (copyIn) {
          copyIn = false;
        } else {
          pending.addCopyEnd();
        }
      }
      case 'S' -> {
        if (copyIn) {
          pending.noteIgnored();
        } else {
          note(request, pending.addForwarded(io.trunkline.pool.Request.SYNC, request));
        }
      }
      default -> sendRequest(request);
    }
  }

  private void sendRequest(Request request) {
    if (copyIn) {
      copyIn = false;
      pending.noteIgnored();
    } else if (request.asker() == Asker.US) {
      note(request, pending.addOwn(kind(request.tag()), request));
    } else {
      note(request, pending.addForwarded(kind(request.tag()), request));
    }
  }

  /// The client sends a message that is answered in the server's place.
  void sendFabricated(Request request) {
    note(request, pending.addFabricated(kind(request.tag()), request));
    fabricate();
  }

  private void note(Request request, boolean taken) {
    if (taken) {
      undone.add(request);
    }
  }

  private static io.trunkline.pool.Request kind(char tag) {
    return switch (tag) {
      case 'Q' -> io.trunkline.pool.Request.QUERY;
      case 'F' -> io.trunkline.pool.Request.FUNCTION_CALL;
      case 'P' -> io.trunkline.pool.Request.PARSE;
      case 'B' -> io.trunkline.pool.Request.BIND;
      case 'D' -> io.trunkline.pool.Request.DESCRIBE;
      case 'E' -> io.trunkline.pool.Request.EXECUTE;
      case 'C' -> io.trunkline.pool.Request.CLOSE;
      default -> throw new IllegalArgumentException("no request: " + tag);
    };
  }

  /// The server takes its next message, if there is one.
  void serve() {
    Request next = toServer.poll();
    if (next != null) {
      fromServer.addAll(backend.receive(next));
    }
  }

  /// The road takes the next response, if there is one.
  void receive() {
    Reply reply = fromServer.poll();
    if (reply == null) {
      return;
    }
    if (pending.headSubject() != reply.to()) {
      throw new AssertionError(
          "'%c' to %s was taken for the answer to %s"
              .formatted(reply.tag(), reply.to(), pending.headSubject()));
    }
    if (reply.to() != failed) {
      undone.remove(reply.to());
    }
    if (reply.tag() == 'E') {
      failed = reply.to();
      undone.add(reply.to());
    }
    boolean visible = reply.to().asker() == Asker.CLIENT || reply.tag() == 'E';
    if ((settle(reply.tag()) == Verdict.FORWARD) != visible) {
      throw new AssertionError("'%c' to %s".formatted(reply.tag(), reply.to()));
    }
    if (visible) {
      seen.append(reply.tag());
    }
    fabricate();
  }

  /// Forgets what is on its way.
  void discard() {
    toServer.clear();
    fromServer.clear();
  }

  private Verdict settle(char tag) {
    switch (tag) {
      case 'E' -> {
        copyIn = false;
        return pending.onError(skipped::add);
      }
      case 'Z' -> {
        return pending.onReadyForQuery();
      }
      case 'G' -> copyIn = !pending.onCopyIn(skipped::add);
      default -> {
        // nothing but what follows
      }
    }
    return pending.onMessage((byte) tag);
  }

  private void fabricate() {
    while (pending.fabricatedIsNext()) {
      undone.remove((Request) pending.headSubject());
      seen.append(pending.takeFabricated() == io.trunkline.pool.Request.PARSE ? '1' : '3');
    }
  }
}
