package io.trunkline.pool;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/// PostgreSQL's main loop as far as one can tell from outside which message is answered by what:
/// `PostgresMain`, `SocketBackend` and `CopyGetData` without the database. What each statement does
/// is written into the request, so a run is a function of the messages alone.
///
/// PostgreSQL docs, "Extended Query" and "COPY Operations" in "Message Flow".
final class BackendModel {

  /// Who asked, which decides who may see the answer.
  enum Asker {
    CLIENT,
    US
  }

  /// What one statement or request comes to.
  enum Outcome {
    DONE,
    ROWS,
    NOTHING,
    FAILED,
    COPIES_OUT,
    COPIES_IN,
    /// Fails behind CopyInResponse, before it has read anything (COPY into a view).
    COPIES_IN_DEAF,
    /// Fails at the first CopyData.
    COPIES_IN_BAD
  }

  /// A frontend message by its tag; `outcomes` has one entry per statement of a Query, and one for
  /// every other message. Each is only itself: two alike are two.
  static final class Request {
    private final char tag;
    private final Asker asker;
    private final List<Outcome> outcomes;

    Request(char tag, Asker asker, Outcome... outcomes) {
      this.tag = tag;
      this.asker = asker;
      this.outcomes = List.of(outcomes);
    }

    char tag() {
      return tag;
    }

    Asker asker() {
      return asker;
    }

    List<Outcome> outcomes() {
      return outcomes;
    }

    Outcome outcome() {
      return outcomes.getFirst();
    }

    @Override
    public String toString() {
      return (asker == Asker.US ? "our " : "") + tag + outcomes;
    }
  }

  /// A backend message by its tag, and what it answers.
  record Reply(char tag, Request to) {}

  /// The request whose COPY FROM STDIN goes on, and what it still has to do.
  private record Copy(Request request, Outcome outcome, Queue<Outcome> rest) {}

  private final List<Reply> replies = new ArrayList<>();
  private boolean skipping;
  private Copy copy;

  /// What the server says to this message.
  List<Reply> receive(Request request) {
    replies.clear();
    if (copy != null) {
      amidCopy(request);
    } else {
      atTopLevel(request);
    }
    return List.copyOf(replies);
  }

  private void atTopLevel(Request request) {
    switch (request.tag) {
      case 'S' -> {
        skipping = false;
        if (request.outcome() == Outcome.FAILED) { // a constraint that was deferred to the commit
          reply('E', request);
        }
        reply('Z', request);
      }
      case 'c', 'd', 'f', 'H' -> {
        // "we probably got here because a frontend is still sending after receipt of a COPY
        // failure"
      }
      default -> {
        if (!skipping) {
          execute(request);
        }
      }
    }
  }

  private void execute(Request request) {
    if (request.tag == 'Q') {
      statements(request, new ArrayDeque<>(request.outcomes));
    } else if (request.outcome() == Outcome.FAILED) {
      fail(request);
    } else {
      switch (request.tag) {
        case 'P' -> reply('1', request);
        case 'B' -> reply('2', request);
        case 'C' -> reply('3', request);
        case 'D' -> {
          reply('t', request);
          reply(request.outcome() == Outcome.ROWS ? 'T' : 'n', request);
        }
        case 'F' -> {
          reply('V', request);
          reply('Z', request);
        }
        case 'E' -> statement(request, request.outcome(), new ArrayDeque<>());
        default -> throw new IllegalArgumentException("no such request: " + request);
      }
    }
  }

  private void statements(Request request, Queue<Outcome> rest) {
    while (!rest.isEmpty()) {
      if (!statement(request, rest.remove(), rest)) {
        return;
      }
    }
    reply('Z', request);
  }

  /// @return whether the request goes on
  private boolean statement(Request request, Outcome outcome, Queue<Outcome> rest) {
    switch (outcome) {
      case FAILED -> {
        fail(request);
        return false;
      }
      case COPIES_IN, COPIES_IN_BAD -> {
        reply('G', request);
        copy = new Copy(request, outcome, rest);
        return false;
      }
      case COPIES_IN_DEAF -> {
        reply('G', request);
        fail(request);
        return false;
      }
      case COPIES_OUT -> {
        reply('H', request);
        reply('d', request);
        reply('c', request);
        reply('C', request);
      }
      case ROWS -> {
        if (request.tag == 'Q') {
          reply('T', request);
        }
        reply('D', request);
        reply(request.tag == 'Q' ? 'C' : 's', request);
      }
      case NOTHING -> reply('I', request);
      case DONE -> reply('C', request);
    }
    return true;
  }

  /// An error ends the request. One of the extended protocol makes the server skip to Sync.
  private void fail(Request request) {
    reply('E', request);
    if (request.tag == 'Q' || request.tag == 'F') {
      reply('Z', request);
    } else {
      skipping = true;
    }
  }

  private void amidCopy(Request message) {
    Copy now = copy;
    switch (message.tag) {
      case 'H', 'S' -> {
        // "for simplicity", says the source, and ignores them
      }
      case 'd' -> {
        if (now.outcome == Outcome.COPIES_IN_BAD) {
          copy = null;
          fail(now.request);
        }
      }
      case 'c' -> {
        copy = null;
        reply('C', now.request);
        if (now.request.tag == 'Q') {
          statements(now.request, now.rest);
        }
      }
      default -> { // CopyFail, or a message that has no place here
        copy = null;
        fail(now.request);
      }
    }
  }

  private void reply(char tag, Request to) {
    replies.add(new Reply(tag, to));
  }
}
