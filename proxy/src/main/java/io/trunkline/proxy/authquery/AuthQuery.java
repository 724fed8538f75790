package io.trunkline.proxy.authquery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.trunkline.conf.AuthSettings;
import io.trunkline.protocol.NanoTime;
import io.trunkline.protocol.WireText;
import io.trunkline.protocol.auth.StoredSecret;
import io.trunkline.proxy.login.Claim;
import io.trunkline.proxy.login.Finding;
import io.trunkline.proxy.login.SecretSource;
import io.trunkline.proxy.session.ClientErrors;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds users' secrets by asking PostgreSQL (`auth.query`), and remembers the answers.
///
/// An answer is *fresh* for `query_refresh`: it serves without asking. After that it is *kept* for
/// `query_keep`: the server is asked again, and only when it cannot answer the old answer serves,
/// so that users still log in while a primary is being replaced. A secret never outlives its VALID
/// UNTIL; that a user does not exist is fresh for a second at most, and is not kept. A wrong
/// password ends freshness once a second at most: the right one may be new.
///
/// However many clients ask for one user, one lookup is under way. What is remembered is bounded;
/// Caffeine lets go of names asked for once before those asked for often, so a guesser cannot push
/// out the users there are. Thread-safe; called on event loops, never blocks.
public final class AuthQuery implements SecretSource {
  private static final Logger log = LoggerFactory.getLogger(AuthQuery.class);
  private static final int ANSWERS_MAX = 10_000;
  private static final long NOBODY_NANOS = 1_000_000_000;
  private static final long REREAD_PAUSE_NANOS = 1_000_000_000;
  private static final long COMPLAINT_PAUSE_NANOS = 10_000_000_000L;

  /// Frees memory that serves no longer: that is exact to the nanosecond, this need not be.
  private static final Duration FORGOTTEN = Duration.ofSeconds(1);

  /// Asks a server.
  @FunctionalInterface
  interface Lookups {

    /// Never blocks; the answer comes on any thread, within a bounded time.
    CompletableFuture<Answer> ask(Claim claim, String origin);
  }

  /// An answer of the past.
  ///
  /// @param secret null when there was nobody
  /// @param freshUntil when to ask again
  /// @param keptUntil when it serves no longer, even if nobody can be asked
  private record Memory(
      @Nullable StoredSecret secret, long readAt, long freshUntil, long keptUntil) {
    Memory stale(long now) {
      return new Memory(secret, readAt, now, keptUntil);
    }
  }

  private final Lookups lookups;
  private final NanoTime clock;
  private final Finding.Keeper keeper;
  private final long refreshNanos;
  private final long keepNanos;
  private final Cache<Claim, Memory> memories;
  private final ConcurrentMap<Claim, CompletableFuture<Answer>> underWay =
      new ConcurrentHashMap<>();
  private final AtomicLong nextComplaint;

  AuthQuery(AuthSettings settings, Lookups lookups, NanoTime clock) {
    this.lookups = lookups;
    this.clock = clock;
    this.keeper = keeper(settings);
    this.refreshNanos = settings.queryRefresh().toNanos();
    this.keepNanos = settings.queryKeep().toNanos();
    this.nextComplaint = new AtomicLong(clock.now());
    this.memories =
        Caffeine.newBuilder()
            .maximumSize(ANSWERS_MAX)
            .expireAfterWrite(FORGOTTEN.plusNanos(Math.max(refreshNanos, keepNanos)))
            .ticker(clock::now)
            .executor(Runnable::run)
            .build();
  }

  /// The query of the default reads the role and looks at all of it; of another nobody knows.
  private static Finding.Keeper keeper(AuthSettings settings) {
    return settings.query().equals(AuthSettings.defaults().query())
        ? Finding.Keeper.ROLE
        : Finding.Keeper.QUERY;
  }

  @Override
  public CompletionStage<Finding> find(Claim claim, String origin) {
    if (!WireText.isUtf8(claim.user())) { // it would reach the server as another name
      return CompletableFuture.completedFuture(new Finding.Nobody());
    }
    Memory memory = memories.getIfPresent(claim);
    if (memory != null && clock.now() - memory.freshUntil < 0) {
      return CompletableFuture.completedFuture(finding(memory.secret));
    }
    return lookup(claim, origin).thenApply(answer -> finding(claim, answer));
  }

  /// The lookup under way for this user, or a new one.
  private CompletableFuture<Answer> lookup(Claim claim, String origin) {
    CompletableFuture<Answer> own = new CompletableFuture<>();
    CompletableFuture<Answer> others = underWay.putIfAbsent(claim, own);
    if (others != null) {
      return others;
    }
    long askedAt = clock.now(); // what is answered may have been true at that moment alone
    lookups
        .ask(claim, origin)
        .whenComplete((answer, failure) -> {
          if (failure == null) {
            remember(claim, answer, askedAt);
          }
          underWay.remove(claim, own);
          if (failure == null) {
            own.complete(answer);
          } else {
            own.completeExceptionally(failure);
          }
        });
    return own;
  }

  private void remember(Claim claim, Answer answer, long askedAt) {
    switch (answer) {
      case Answer.Known(StoredSecret secret, Duration validFor) -> {
        long ends = validFor == null ? Long.MAX_VALUE : validFor.toNanos();
        memories.put(
            claim,
            new Memory(
                secret,
                askedAt,
                askedAt + Math.min(refreshNanos, ends),
                askedAt + Math.min(keepNanos, ends)));
      }
      case Answer.Nobody() ->
          memories.put(
              claim,
              new Memory(null, askedAt, askedAt + Math.min(refreshNanos, NOBODY_NANOS), askedAt));
      case Answer.Misconfigured(String reason) -> complain(reason, clock.now());
      case Answer.Unanswered _ -> {
        // what is remembered stays as it is
      }
    }
  }

  private Finding finding(Claim claim, Answer answer) {
    return switch (answer) {
      case Answer.Known(StoredSecret secret, _) -> finding(secret);
      case Answer.Nobody() -> new Finding.Nobody();
      case Answer.Misconfigured(String reason) ->
          new Finding.Unavailable(ClientErrors.authenticationMisconfigured(), reason);
      case Answer.Unanswered unanswered -> kept(claim, unanswered);
    };
  }

  private Finding finding(@Nullable StoredSecret secret) {
    return secret == null ? new Finding.Nobody() : new Finding.Known(secret, keeper);
  }

  private Finding kept(Claim claim, Answer.Unanswered unanswered) {
    Memory memory = memories.getIfPresent(claim);
    return memory != null && clock.now() - memory.keptUntil < 0
        ? finding(memory.secret)
        : new Finding.Unavailable(unanswered.error(), unanswered.reason());
  }

  @Override
  public void refuted(Claim claim, StoredSecret secret) {
    long now = clock.now();
    Memory memory = memories.getIfPresent(claim);
    if (memory != null
        && secret.equals(memory.secret)
        && now - memory.freshUntil < 0
        && now - memory.readAt >= REREAD_PAUSE_NANOS) {
      memories.asMap().replace(claim, memory, memory.stale(now));
    }
  }

  /// Every client that is hurt has its line in the log; this one is for the operator, now and then.
  private void complain(String reason, long now) {
    long next = nextComplaint.get();
    if (now - next >= 0 && nextComplaint.compareAndSet(next, now + COMPLAINT_PAUSE_NANOS)) {
      log.error("auth.query cannot be used, its users cannot log in: {}", reason);
    }
  }
}
