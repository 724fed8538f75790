package io.trunkline.proxy.authquery;

import io.trunkline.health.QueryFailure;
import io.trunkline.protocol.NanoTime;
import io.trunkline.proxy.login.FairExecutor;
import io.trunkline.proxy.session.ClientErrors;
import io.trunkline.routing.Member;
import io.trunkline.routing.Topology;
import io.trunkline.settings.HostPort;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Asks the members of one cluster, in one database, a few lookups at a time. A lookup has a
/// deadline from the moment it is queued; a member that leaves one without an answer is passed over
/// for a while by those that follow. Thread-safe.
final class LookupDesk implements AutoCloseable {
  /// SQLSTATE classes that tell of the server's trouble, not of the query's: connection exceptions,
  /// rollbacks, insufficient resources, not ready, operator intervention, system and internal
  /// errors. PostgreSQL docs, appendix "Error Codes".
  private static final Pattern TROUBLE = Pattern.compile("(08|40|53|55|57|58|XX).{3}");

  /// One member, as lookups reach it.
  interface Line extends AutoCloseable {

    /// Asks this member for the user's secret, within `atMost`.
    ///
    /// @throws QueryFailure when it cannot be asked, or does not like the query
    Answer ask(String user, Duration atMost) throws QueryFailure;

    @Override
    void close();
  }

  /// Opens the line to a member. Nothing is dialled yet.
  @FunctionalInterface
  interface Lines {
    Line open(Member member);
  }

  private final Supplier<Topology> topology;
  private final Lines lines;
  private final FairExecutor queue;
  private final Duration timeout;
  private final NanoTime clock;
  private final Map<HostPort, Line> open = new ConcurrentHashMap<>();

  /// Until when a member is passed over.
  private final Map<HostPort, Long> silentUntil = new ConcurrentHashMap<>();

  /// @param timeout of one lookup, all attempts and its time in the queue included
  LookupDesk(
      Supplier<Topology> topology,
      Lines lines,
      FairExecutor queue,
      Duration timeout,
      NanoTime clock) {
    this.topology = topology;
    this.lines = lines;
    this.queue = queue;
    this.timeout = timeout;
    this.clock = clock;
  }

  /// Never blocks; the answer comes within the timeout, on any thread.
  CompletableFuture<Answer> ask(String user, String origin) {
    long deadline = clock.now() + timeout.toNanos();
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    boolean queued =
        queue.offer(
            origin,
            user,
            () -> {
              if (!answer.isDone()) {
                complete(answer, user, deadline);
              }
            });
    if (!queued) {
      answer.complete(
          new Answer.Unanswered(ClientErrors.tooManyLogins(), "too many lookups are waiting"));
    }
    Answer late = unanswered("no answer within " + timeout.toMillis() + " ms");
    return answer.completeOnTimeout(late, timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void complete(CompletableFuture<Answer> answer, String user, long deadline) {
    try {
      answer.complete(lookUp(user, deadline));
    } catch (RuntimeException failure) { // whoever waits for the answer says so
      answer.completeExceptionally(failure);
    }
  }

  private Answer lookUp(String user, long deadline) {
    Topology now = topology.get();
    hangUpOnOthersThan(now);
    StringJoiner reasons = LookupOrder.reasons();
    Answer answer =
        LookupOrder.askInTurn(
            LookupOrder.of(now, this::isSilent),
            deadline,
            clock,
            (member, atMost) -> ask(member, user, atMost, reasons));
    return answer != null ? answer : unanswered(reasons.toString());
  }

  /// The member's answer; null, and one more reason, when it has none.
  private @Nullable Answer ask(Member member, String user, Duration atMost, StringJoiner reasons) {
    try {
      Answer answer =
          open.computeIfAbsent(member.address(), _ -> lines.open(member)).ask(user, atMost);
      silentUntil.remove(member.address());
      return answer;
    } catch (QueryFailure failure) {
      String reason = "%s: %s".formatted(member.name(), failure.getMessage());
      if (!isTrouble(failure.sqlState())) {
        return new Answer.Misconfigured(reason + " (SQLSTATE " + failure.sqlState() + ")");
      }
      silentUntil.put(member.address(), clock.now() + timeout.toNanos());
      reasons.add(reason);
      return null;
    }
  }

  private static boolean isTrouble(@Nullable String sqlState) {
    return sqlState == null || TROUBLE.matcher(sqlState).matches();
  }

  private boolean isSilent(Member member) {
    Long until = silentUntil.get(member.address());
    return until != null && clock.now() - until < 0;
  }

  private void hangUpOnOthersThan(Topology now) {
    List<HostPort> addresses = now.members().stream().map(Member::address).toList();
    silentUntil.keySet().retainAll(addresses);
    for (HostPort address : List.copyOf(open.keySet())) {
      Line line = addresses.contains(address) ? null : open.remove(address);
      if (line != null) {
        line.close();
      }
    }
  }

  private static Answer unanswered(String reason) {
    return new Answer.Unanswered(ClientErrors.authenticationUnavailable(), reason);
  }

  @Override
  public void close() {
    open.values().forEach(Line::close);
  }
}
