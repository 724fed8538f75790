package io.trunkline.proxy.authquery;

import io.trunkline.conf.hba.Outside.Unanswered;
import io.trunkline.protocol.WireText;
import io.trunkline.proxy.login.Claim;
import io.trunkline.proxy.login.FairExecutor;
import io.trunkline.proxy.login.Roles;
import io.trunkline.proxy.session.ClientErrors;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

/// How roles stand, by what [RoleGroups] remembers or finds out. However many clients ask about one
/// role, one question is under way. Thread-safe.
final class RoleStandings implements Roles {
  private final RoleGroups groups;
  private final FairExecutor queue;
  private final Duration timeout;
  private final ConcurrentMap<Claim, CompletableFuture<Standing>> underWay =
      new ConcurrentHashMap<>();

  /// @param timeout of one question, its time in the queue included
  RoleStandings(RoleGroups groups, FairExecutor queue, Duration timeout) {
    this.groups = groups;
    this.queue = queue;
    this.timeout = timeout;
  }

  @Override
  public CompletionStage<Standing> ask(Claim claim, String origin) {
    if (!WireText.isUtf8(claim.user())) { // it would reach the server as another name
      return CompletableFuture.completedFuture(new Standing.Known(State.MISSING));
    }
    RoleGroups.RoleRow fresh = groups.fresh(claim);
    if (fresh != null) {
      return CompletableFuture.completedFuture(standing(fresh));
    }
    CompletableFuture<Standing> own = new CompletableFuture<>();
    CompletableFuture<Standing> others = underWay.putIfAbsent(claim, own);
    if (others != null) {
      return others;
    }
    // What waits on this has to find it gone: whoever comes later asks anew.
    CompletionStage<Standing> answer = own.whenComplete((_, _) -> underWay.remove(claim, own));
    if (!queue.offer(origin, claim.user(), () -> answer(claim, own))) {
      own.complete(new Standing.Unknown(ClientErrors.tooManyLogins(), "too many lookups wait"));
    }
    String late = "no answer within " + timeout.toMillis() + " ms";
    own.completeOnTimeout(unavailable(late), timeout.toNanos(), TimeUnit.NANOSECONDS);
    return answer;
  }

  private void answer(Claim claim, CompletableFuture<Standing> answer) {
    if (answer.isDone()) {
      return;
    }
    try {
      answer.complete(standing(groups.role(claim)));
    } catch (Unanswered unknown) {
      answer.complete(unavailable(String.valueOf(unknown.getMessage())));
    } catch (RuntimeException failure) { // whoever waits for the answer says so
      answer.completeExceptionally(failure);
    }
  }

  private static Standing unavailable(String reason) {
    return new Standing.Unknown(ClientErrors.authenticationUnavailable(), reason);
  }

  private Standing standing(RoleGroups.RoleRow role) {
    return new Standing.Known(groups.state(role));
  }
}
