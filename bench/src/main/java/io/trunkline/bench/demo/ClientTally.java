package io.trunkline.bench.demo;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the demo's clients on one port have noticed so far. Thread-safe.
final class ClientTally {
  private final Map<Integer, Long> answersByServer = new HashMap<>();
  private final Map<Integer, Long> lastAnswerOfClient = new HashMap<>();
  private final Stretch all = new Stretch();
  private Stretch sinceMark = new Stretch();
  private long answers;
  private long lastAnswerAt;
  private String lastError = "";

  /// @param now when the first answer begins to be waited for
  ClientTally(long now) {
    lastAnswerAt = now;
  }

  /// A part of the time, with what happened in it.
  private static final class Stretch {
    private final SortedMap<String, Long> errors = new TreeMap<>();
    private long longestPause;

    Noticed noticed(long pauseInProgress) {
      return new Noticed(Duration.ofNanos(Math.max(longestPause, pauseInProgress)), errors);
    }
  }

  /// A query was answered.
  ///
  /// @param client a number of its own for each client
  /// @param server the port of the PostgreSQL server that answered
  synchronized void answered(int client, int server, long now) {
    answers++;
    answersByServer.merge(server, 1L, Long::sum);
    Long before = lastAnswerOfClient.put(client, now);
    long pause = before == null ? 0 : now - before;
    all.longestPause = Math.max(all.longestPause, pause);
    sinceMark.longestPause = Math.max(sinceMark.longestPause, pause);
    lastAnswerAt = now;
  }

  /// A query, or an attempt to connect, failed.
  synchronized void failed(String sqlState, String text) {
    all.errors.merge(sqlState, 1L, Long::sum);
    sinceMark.errors.merge(sqlState, 1L, Long::sum);
    lastError = sqlState + " " + text;
  }

  /// Something is about to happen: what is noticed counts anew, too. A pause belongs to where it
  /// ends.
  synchronized void mark() {
    sinceMark = new Stretch();
  }

  synchronized ClientReport report(long now) {
    long inProgress =
        lastAnswerOfClient.values().stream().mapToLong(last -> now - last).max().orElse(0);
    return new ClientReport(
        answers,
        all.noticed(inProgress),
        sinceMark.noticed(inProgress),
        Duration.ofNanos(now - lastAnswerAt),
        lastError,
        Map.copyOf(answersByServer));
  }
}
