package io.trunkline.pool;

import io.trunkline.protocol.BackendTag;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.TransactionStatus;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Hot path. What a server still owes, in the order it was asked: one entry per request message
/// that is answered. Each backend message either belongs to the oldest entry or ends it, so this
/// queue alone tells whose an answer is: the client's (forward), our own (swallow), or one that the
/// server will never send because we answer it ourselves (fabricate).
///
/// An ErrorResponse in the extended protocol makes the server skip to the next Sync; so does this
/// queue, and reports what was skipped, because a Parse or Close in there never happened.
///
/// Source: PostgreSQL docs, "Extended Query" and "Pipelining" in "Message Flow". Confined to the
/// loop of its server connection.
@SuppressWarnings("ReferenceEquality") // a subject is itself and nothing else
@EventLoopConfined
public final class PendingResponses {

  /// What to do with a backend message.
  public enum Verdict {
    FORWARD,
    SWALLOW
  }

  /// Subject of a Describe the client has been told the parameters for already.
  public static final Object PARAMETERS_TOLD = new Object();

  private final RequestRing ring = new RequestRing();

  /// Whether the server will ignore what is sent from now on, up to the next Sync.
  private boolean skipping;

  /// Whether the server has been sent anything since it was last at rest.
  private boolean restless;

  /// Whether a message was sent that the COPY under way makes the server ignore.
  private boolean ignoring;

  private boolean uncertain;

  /// Whether a part of the oldest entry's answer has come.
  private boolean begun;

  /// Whether the server has done anything since its last ReadyForQuery for which it needs a
  /// transaction.
  private boolean worked;

  public boolean isEmpty() {
    return ring.size() == 0;
  }

  public int size() {
    return ring.size();
  }

  /// Whether nothing has been sent since the last ReadyForQuery. Without a Sync the queue may be
  /// empty and the server yet in an implicit transaction, or skipping.
  public boolean isAtRest() {
    return !restless;
  }

  /// Whether what is sent now, up to the next Sync, will be ignored by the server.
  public boolean isSkipping() {
    return skipping;
  }

  /// The client's own request was sent. `subject` is handed back if it fails or is skipped.
  ///
  /// @return false when the server will ignore the request, which then has no entry
  public boolean addForwarded(Request request, @Nullable Object subject) {
    return add(request, 0, subject);
  }

  /// A request of ours was sent: nobody but us shall see its answer.
  public boolean addOwn(Request request, @Nullable Object subject) {
    return add(request, RequestRing.OWN, subject);
  }

  /// The client's request was not sent: its answer is made here when its turn comes.
  public boolean addFabricated(Request request, @Nullable Object subject) {
    return add(request, RequestRing.FABRICATED, subject);
  }

  /// A message was sent that the server ignores as long as its COPY FROM goes on. If that has
  /// failed before, unknown to us, the message is answered after all.
  public void noteIgnored() {
    ignoring = true;
  }

  /// Whether the server may say more than what is expected here: a COPY FROM has failed, and nobody
  /// can know whether before or behind a message it was to ignore. Stays so. Whatever comes is for
  /// this client, due or not, and nobody else may have the connection.
  public boolean isUncertain() {
    return uncertain;
  }

  private boolean add(Request request, int flags, @Nullable Object subject) {
    if (skipping) {
      if (request != Request.SYNC) {
        return false;
      }
      skipping = false;
    }
    restless = true;
    ring.add(request, flags, subject);
    return true;
  }

  /// Whether the oldest entry is one that we must answer now.
  public boolean fabricatedIsNext() {
    return ring.size() > 0 && ring.is(0, RequestRing.FABRICATED);
  }

  /// Takes the oldest entry, a fabricated one, off the queue.
  public Request takeFabricated() {
    Request request = headRequest();
    pop();
    return request;
  }

  /// Whether the answers now arriving are to requests of ours.
  public boolean ownIsNext() {
    return ring.size() > 0 && ring.is(0, RequestRing.OWN);
  }

  /// What the oldest entry is about.
  public @Nullable Object headSubject() {
    return ring.size() == 0 ? null : ring.subject(0);
  }

  /// Settles a message that is neither an error, asynchronous (notice, notification, parameter) nor
  /// ReadyForQuery.
  public Verdict onMessage(byte tag) {
    if (ring.size() == 0) {
      return notDue(tag);
    }
    if (tag == BackendTag.PARAMETER_DESCRIPTION && ring.subject(0) == PARAMETERS_TOLD) {
      return Verdict.SWALLOW;
    }
    Verdict verdict = headVerdict();
    begun = true; // until it turns out to be all of it
    worked |= tag != BackendTag.CLOSE_COMPLETE;
    switch (tag) {
      case BackendTag.PARSE_COMPLETE -> popIf(Request.PARSE, tag);
      case BackendTag.BIND_COMPLETE -> popIf(Request.BIND, tag);
      case BackendTag.CLOSE_COMPLETE -> popIf(Request.CLOSE, tag);
      case BackendTag.ROW_DESCRIPTION, BackendTag.NO_DATA -> popIfAt(Request.DESCRIBE);
      case BackendTag.COMMAND_COMPLETE,
          BackendTag.EMPTY_QUERY_RESPONSE,
          BackendTag.PORTAL_SUSPENDED -> {
        ignoring = false;
        popIfAt(Request.EXECUTE);
      }
      default -> {
        // Rows, copy data and the like are in the middle of their entry.
      }
    }
    return verdict;
  }

  /// Settles an ErrorResponse: outside a simple query the server now skips to the next Sync.
  ///
  /// @param skipped told the subject of every request that failed or never happened, the newest
  ///   first
  public Verdict onError(Consumer<Object> skipped) {
    if (ring.size() == 0) {
      return Verdict.FORWARD; // the server says why it is about to hang up
    }
    uncertain |= ignoring;
    ignoring = false;
    worked = true;
    Verdict verdict = headRequest() == Request.QUERY ? headVerdict() : Verdict.FORWARD;
    if (headRequest().endsCycle) {
      if (ring.subject(0) instanceof Object subject) {
        skipped.accept(subject);
      }
      return verdict;
    }
    int failed = beforeSync();
    forEachSubjectReversed(failed, skipped); // what came last is undone first
    while (failed-- > 0) {
      ring.pop();
    }
    begun = false;
    skipping = ring.size() == 0; // behind a Sync that was sent already nothing is skipped
    return verdict;
  }

  /// How the server stands that says so with a ReadyForQuery. It may be idle by its own word only:
  /// PostgreSQL 18 leaves the implicit transaction of a pipeline open where a Sync comes right
  /// behind a Query in it, and it is the next statement that fails and rolls it back.
  TransactionStatus believable(TransactionStatus said, TransactionStatus before) {
    boolean endsNothing = ring.size() > 0 && headRequest() == Request.SYNC && !worked;
    boolean lingers = endsNothing && before != TransactionStatus.IDLE;
    return lingers && said == TransactionStatus.IDLE ? TransactionStatus.FAILED : said;
  }

  /// Settles ReadyForQuery.
  public Verdict onReadyForQuery() {
    if (ring.size() == 0 || !headRequest().endsCycle) {
      return notDue(BackendTag.READY_FOR_QUERY);
    }
    Verdict verdict = headVerdict();
    pop();
    restless = ring.size() > 0;
    worked = false;
    return verdict;
  }

  /// The client has sent CopyDone or CopyFail: what it sends next is no part of a COPY. Has no
  /// answer.
  public void addCopyEnd() {
    if (ring.size() > 0) {
      add(Request.COPY_END, 0, null);
    }
  }

  /// COPY FROM STDIN has begun. Until CopyDone or CopyFail the server ignores Sync, so those
  /// already sent will never be answered; any other message makes the COPY fail, and has no answer
  /// either.
  ///
  /// @param skipped told the subject of the message that makes it fail
  /// @return whether the end of the COPY has been sent already
  public boolean onCopyIn(Consumer<Object> skipped) {
    int kept = 1;
    boolean ended = false;
    for (int i = 1; i < ring.size(); i++) {
      if (ended) {
        ring.move(i, kept++);
        continue;
      }
      Request request = ring.request(i);
      ended = request != Request.SYNC;
      ignoring |= request != Request.COPY_END;
      if (ring.subject(i) instanceof Object subject) {
        skipped.accept(subject);
      }
    }
    ring.truncate(kept);
    return ended;
  }

  /// Whether there is something to answer, and ReadyForQuery will be the last of it.
  public boolean endsInReady() {
    return ring.size() > 0 && ring.request(ring.size() - 1).endsCycle;
  }

  /// How many entries are the client's own requests, sent or not.
  public int clientRequests() {
    int count = 0;
    for (int i = 0; i < ring.size(); i++) {
      count += !ring.is(i, RequestRing.OWN) ? 1 : 0;
    }
    return count;
  }

  /// Makes the client's Sync, the newest entry, one of ours: the client is not told of its end.
  public void takeOverSync(OwnAnswer answer) {
    takeOverNewest();
    ring.subjectIs(ring.size() - 1, answer);
  }

  /// Makes the newest entry one of ours: the client is not told of its answer.
  public void takeOverNewest() {
    ring.mark(ring.size() - 1, RequestRing.OWN);
  }

  /// What the requests are about that have not been answered, the oldest first.
  public void forEachSubject(Consumer<Object> consumer) {
    for (int i = 0; i < ring.size(); i++) {
      if (ring.subject(i) instanceof Object subject) {
        consumer.accept(subject);
      }
    }
  }

  /// The same of the `count` oldest, in the opposite order.
  void forEachSubjectReversed(int count, Consumer<Object> consumer) {
    for (int i = count - 1; i >= 0; i--) {
      if (ring.subject(i) instanceof Object subject) {
        consumer.accept(subject);
      }
    }
  }

  /// Whether a Query is next of which nothing has come.
  boolean queryIsNext() {
    return ring.size() > 0 && !begun && headRequest() == Request.QUERY;
  }

  void noteBegun() {
    begun = true;
  }

  /// Whether a part of the answer to the oldest request has come.
  public boolean headHasBegun() {
    return begun && ring.size() > 0;
  }

  /// Whether ReadyForQuery is due.
  public boolean owesReady() {
    for (int i = 0; i < ring.size(); i++) {
      if (ring.request(i).endsCycle) {
        return true;
      }
    }
    return false;
  }

  /// Forgets everything: the connection is gone.
  public void clear() {
    ring.clear();
    begun = false;
    worked = false;
    skipping = false;
    restless = false;
  }

  private Verdict headVerdict() {
    return ring.is(0, RequestRing.OWN) ? Verdict.SWALLOW : Verdict.FORWARD;
  }

  private Request headRequest() {
    return ring.request(0);
  }

  private void popIf(Request expected, byte tag) {
    if (headRequest() == expected) {
      pop();
    } else {
      notDue(tag);
    }
  }

  private void popIfAt(Request request) {
    if (headRequest() == request) {
      pop();
    }
  }

  /// How many entries there are before the next Sync.
  private int beforeSync() {
    for (int i = 0; i < ring.size(); i++) {
      if (ring.request(i) == Request.SYNC) {
        return i;
      }
    }
    return ring.size();
  }

  private void pop() {
    begun = false;
    do {
      ring.pop();
    } while (ring.size() > 0 && headRequest() == Request.COPY_END);
  }

  private Verdict notDue(byte tag) {
    if (uncertain) {
      return Verdict.FORWARD;
    }
    throw new ProtocolViolation(
        "server sent '%c' where %s was due"
            .formatted((char) (tag & 0xff), ring.size() == 0 ? "nothing" : headRequest()));
  }
}
