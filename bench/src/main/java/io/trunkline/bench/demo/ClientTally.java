package io.trunkline.bench.demo;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// What the demo's clients on one port have noticed so far. Thread-safe.
final class ClientTally {
  private final Map<Integer, Long> answersByServer = new HashMap<>();
  private long answers;
  private long errors;
  private long lastAnswerAt;
  private long longestGap;
  private long worstSinceMark;
  private String lastError = "";

  /// @param now when the first answer begins to be waited for
  ClientTally(long now) {
    lastAnswerAt = now;
  }

  /// A query was answered.
  ///
  /// @param server the port of the PostgreSQL server that answered
  /// @param began when the client first tried, failed tries included
  synchronized void answered(int server, long began, long now) {
    answers++;
    answersByServer.merge(server, 1L, Long::sum);
    longestGap = Math.max(longestGap, now - began);
    worstSinceMark = Math.max(worstSinceMark, now - began);
    lastAnswerAt = now;
  }

  synchronized void failed(String error) {
    errors++;
    lastError = error;
  }

  /// Forgets the longest gap of the moment: something is about to happen.
  synchronized void mark() {
    worstSinceMark = 0;
  }

  synchronized ClientReport report(long now) {
    return new ClientReport(
        answers,
        errors,
        Duration.ofNanos(longestGap),
        Duration.ofNanos(Math.max(worstSinceMark, now - lastAnswerAt)),
        Duration.ofNanos(now - lastAnswerAt),
        lastError,
        Map.copyOf(answersByServer));
  }
}
